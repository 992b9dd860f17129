// docs/record.md's check of a copy once more: COPY [--key FILE …] [--checkpoint FILE …] [--evidence FOLDER]
import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
const LONGEST = 2 ** 25, TIME = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z'
const HEAD = `(([^\\n]+)\\n([1-9][0-9]{0,14})\\n([A-Za-z0-9+/]{43}=)\\ntime (${TIME})\\n)`
const NOTE = new RegExp(`^${HEAD}\\n((?:— [^ \\n]+ [A-Za-z0-9+/=]+\\n)+)$`, 'u')
const KEY = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/, DER = Buffer.from('302a300506032b6570032100', 'hex')
const STRINGS = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g // with a colon where it names a member
const REMOVED = Object.freeze({ removed: true }) // stands for a value that is not there any more
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), faults = []
const fault = (name, line = null, sequence = null) => void faults.push({ name, line, sequence })
const check = (isRight, name, sequence) => isRight || fault(name, line, sequence) // of the line that is being read
const demand = (isRight) => { if (!isRight) throw new Error('it cannot be read') }
const attempt = (doing) => { try { return doing() } catch { return undefined } }
const isText = (v) => typeof v === 'string', isFlag = (v) => typeof v === 'boolean', isList = Array.isArray
const isObject = (v) => typeof v === 'object' && v !== null && !isList(v) && v !== REMOVED
const isNumber = (v) => Number.isSafeInteger(v) && v > 0, orNull = (is) => (v) => v == null || is(v)
const listOf = (is) => (v) => isList(v) && v.every(is), matching = (pattern) => (v) => isText(v) && pattern.test(v)
const isHash = matching(/^[0-9a-f]{64}$/), isTime = matching(new RegExp(`^${TIME}$`))
const like = (shape) => (v) => isObject(v) && Object.keys(shape).every((name) => shape[name](v[name]))
const isBody = like({ sequence: isNumber, municipality: isText, kind: isText, recordedAt: isTime, details: isObject,
  changes: listOf(like({ table: isText, id: isText, after: isObject, before: orNull(isObject) })) })
const isRedaction = like({ removed: listOf(like({ commitments: listOf(isHash) })), evidence: orNull(isList) })
const flags = { complete: isFlag, state: isFlag, municipality: like({ id: isText }), size: isNumber }
const ORDER = {
  header: like({ format: matching(/^meguru-copy\/1$/), origin: isText, checkpoint: isText, ...flags }),
  checkpoint: like({ note: isText }), entry: like({ sequence: isNumber, leaf: isHash, body: orNull(isText),
    openings: orNull(isList) }), row: like({ table: isText, id: isText, values: isObject }), end: isObject,
} // what lines look like, in the order in which they have to come
const bytes = (text) => { demand(isText(text) && text.isWellFormed()); return Buffer.from(text) }
const sha256 = (...parts) => parts.reduce((h, one) => h.update(one), createHash('sha256')).digest()
const node = (left, right) => sha256(Buffer.of(1), left, right), unhex = (v) => Buffer.from(v, 'hex')
const membersOf = (v) => (typeof v !== 'object' || v === null ? 0 :
  Object.values(v).reduce((sum, one) => sum + membersOf(one), isList(v) ? 0 : Object.keys(v).length))
function parse(text, revive) { // JSON in which no object has a member twice
  demand([...text.matchAll(STRINGS)].filter(([, colon]) => colon).length === membersOf(JSON.parse(text)))
  return JSON.parse(text, revive)
}
const canonical = (v) => isList(v) ? `[${v.map(canonical)}]` : isObject(v) ? // as RFC 8785 writes it
  `{${Object.keys(v).sort().map((name) => `${canonical(name)}:${canonical(v[name])}`)}}` :
  (isText(v) ? v.isWellFormed() : isFlag(v) || Number.isSafeInteger(v ?? 0)) ? JSON.stringify(v) : ''
const decoded = (text, data = Buffer.from(text, 'base64')) => { demand(data.toString('base64') === text); return data }
function keyOf(text, kind = 1) {
  const [, name, id, rest] = KEY.exec(isText(text) ? text : ''), data = decoded(rest)
  demand(sha256(bytes(name), '\n', data).toString('hex', 0, 4) === id && data.length === 33 && data[0] === kind)
  const open = createPublicKey({ key: Buffer.concat([DER, data.subarray(1)]), format: 'der', type: 'spki' })
  return { name, id, by: `${name}+${id}`, text, open }
}
function noteOf(text, line = null) {
  const [, signed, origin, size, root, time, below] = NOTE.exec(text)
  const made = (name, all, id = all.toString('hex', 0, 4)) => ({ name, id, by: `${name}+${id}`, own: all.subarray(4) })
  const signatures = below.trimEnd().split('\n').map((one) => made(one.split(' ')[1], decoded(one.split(' ')[2])))
  return { text: bytes(signed), origin, size: +size, root: decoded(root), time, signatures, line }
}
const hasMade = (key, note, one) => one.by === key.by && attempt(() => verify(null, note.text, key.open, one.own))
function rootBy(index, size, leaf, path) { // the root that a path leads to; null where it is none
  if (size === 1 || !path.length) return size === 1 && index === 0 && !path.length ? leaf : null
  const left = 2 ** Math.ceil(Math.log2(size) - 1), beside = path.at(-1), isLeft = index < left
  const own = rootBy(...(isLeft ? [index, left] : [index - left, size - left]), leaf, path.slice(0, -1))
  return own && (isLeft ? node(own, beside) : node(beside, own))
}
const isSame = (one, other) => [one, other].includes(REMOVED) || isDeepStrictEqual(one ?? null, other ?? null)
const shown = ([name, value]) => [name, value === REMOVED ? '［消去］' : value]
const told = (row) => new Map(Object.entries(row).filter(([, value]) => value !== null).map(shown))
const many = { type: 'string', multiple: true, default: [] }, single = { type: 'string' }
const options = { key: many, checkpoint: many, evidence: single, json: { type: 'boolean' } }
const { values: given, positionals: [path] } = parseArgs({ allowPositionals: true, options })
function handed(file, data = readFileSync(file)) { // whatever an editor made of it
  const form = { fffe: 'utf-16le', feff: 'utf-16be' }[data.toString('hex', 0, 2)] ?? 'utf-8'
  return new TextDecoder(form, { fatal: true }).decode(data).replaceAll(/\ufeff|\r(?=\n)/g, '').trim() + '\n'
}
const words = given.key.flatMap((file) => handed(file).trim().split(/\s+/))
const keys = words.map((one) => attempt(() => keyOf(one)) ?? (keyOf(one, 4), null)).filter(Boolean)
const notes = given.checkpoint.map((file) => noteOf(handed(file))), running = createHash('sha256')
const attached = new Map(), tables = new Map(), missing = new Map(), removed = new Set(), givenUp = new Set()
const counts = { entry: 0, row: 0 }, peaks = [], chain = []
let line = 0, rank = -1, next = 1, size = 0, latest = '', root = Buffer.alloc(0), head, follows
const READ = {
  header(item) {
    [head, follows] = [item, item.complete && item.state]
    if ([...notes, ...keys].some((one) => (one.origin ?? one.name) !== item.origin)) fault('WRONG_RECORD')
    READ.checkpoint({ note: item.checkpoint })
    root = notes.at(-1).root
    demand(notes.at(-1).size === item.size)
  },
  checkpoint: ({ note }) => check(notes[notes.push(noteOf(note, line)) - 1].origin === head.origin, 'WRONG_RECORD'),
  entry({ sequence, leaf, body: text, openings, path }) {
    if (!check(sequence >= next, 'ENTRY_MOVED', sequence)) return
    if (head.complete) grow(sequence, unhex(leaf))
    else check(listOf(isHash)(path) && rootBy(sequence - 1, head.size, unhex(leaf), path.map(unhex))?.equals(root),
      'PROOF_FALSE', sequence)
    next = sequence + 1
    if (text == null) return check(!follows, 'BODY_WITHHELD', sequence)
    const isRight = check(sha256(Buffer.of(0), bytes(text)).equals(unhex(leaf)), 'ENTRY_CHANGED', sequence)
    if (isRight) check(canonical(JSON.parse(text)) === text, 'NOT_CANONICAL', sequence)
    heed(sequence, opened(sequence, text, openings ?? []))
  },
  row({ table, id, values }) {
    const at = JSON.stringify([table, id]), row = tables.get(at)
    check(!follows || (row && isDeepStrictEqual(told(row), told(values))), 'STATE_DIFFERS')
    tables.delete(at)
  },
  end: (_, text) => demand(text === `{"type":"end","entries":${counts.entry},"rows":${counts.row},"sha256":"${
    running.copy().digest('hex')}"}\n`),
}
function readLine(text) {
  const item = parse(text), at = Object.keys(ORDER).indexOf(item?.type)
  demand(at >= Math.max(rank, 0) && rank !== 4 && (at === 0) === (line === 1))
  ;[rank, counts[item.type]] = [at, counts[item.type] + 1]
  demand(ORDER[item.type](item))
  READ[item.type](item, text)
}
function grow(sequence, leaf) {
  if (sequence > next) fault('ENTRY_MISSING', line, next)
  for (let rest = size++; rest & 1; rest >>= 1) leaf = node(peaks.pop(), leaf)
  peaks.push(leaf)
  const found = peaks.reduceRight((right, peak) => node(peak, right)) // of no use behind a gap
  for (const one of size === sequence ? notes.filter((note) => note.size === sequence) : [])
    if (!found.equals(one.root)) fault('ROOT_DIFFERS', one.line, sequence)
}
function opened(sequence, text, openings) { // a body with its sealed values in place
  const open = (one) => attempt(() => [sha256(bytes(one)).toString('hex'), parse(one.slice(22))])
  const values = new Map(openings.map((one) => open(one) ?? [null, null])), met = new Set()
  const isSealed = (v) => isObject(v) && Object.keys(v).length === 1 && isText(v.sealed) && met.add(v.sealed)
  const place = (v) => (values.has(v.sealed) ? values.get(v.sealed) : REMOVED)
  const document = parse(text, (_, v) => (isSealed(v) ? place(v) : v))
  check([...values.keys()].every((one) => met.has(one)), 'OPENING_FALSE', sequence)
  for (const one of met) if (!values.has(one) && !missing.has(one)) missing.set(one, sequence)
  return document
}
function heed(sequence, document) { // what an entry says
  demand(isBody(document))
  const { recordedAt: when, kind, details, municipality, changes } = document
  check(document.sequence === sequence, 'ENTRY_MOVED', sequence)
  check(municipality === head.municipality.id, 'WRONG_RECORD', sequence)
  check(when >= latest, 'TIME_BACKWARDS', sequence)
  check(notes.every((n) => (sequence > n.size ? when >= n.time : when <= n.time)), 'TIME_OF_CHECKPOINT', sequence)
  latest = when
  for (const { table, id, before, after } of changes) {
    const at = JSON.stringify([table, id]), row = tables.get(at), isNew = before == null
    const isFounded = isNew ? !row : row && Object.entries(before).every(([name, v]) => isSame(row[name], v))
    check(!follows || isFounded, 'CHANGE_UNFOUNDED', sequence)
    const isHidden = !follows && after.name === REMOVED
    if (isNew && table === 'evidence') attached.set(id, { sequence, isHidden, row: after })
    tables.set(at, isNew ? after : Object.assign(row ?? {}, after))
  }
  if (kind === 'KEY_CHANGED') chain.push({ first: sequence, key: keyOf(details.key) })
  if (kind !== 'REDACTED') return
  demand(isRedaction(details))
  for (const one of details.removed.flatMap(({ commitments }) => commitments)) removed.add(one)
  for (const id of details.evidence ?? []) givenUp.add(id)
}
for (const text of readFileSync(path, 'latin1').split(/(?<=\n)/)) {
  const raw = Buffer.from(text, 'latin1'), isWhole = text.endsWith('\n') && raw.length <= LONGEST
  line += 1
  try { readLine(UTF8.decode(isWhole ? raw : Buffer.of(255))) } catch { fault('BROKEN_FILE', line) }
  if (!head || !isWhole) break
  running.update(raw)
}
if (rank !== 4 || next > head.size + 1) fault('BROKEN_FILE', line)
if (head?.complete && next <= head.size) fault('ENTRY_MISSING', line, next)
for (const note of head ? notes : []) {
  if (note.size > head.size) fault('RECORD_CUT', note.line, note.size)
  if (!notes.find(({ size }) => size === note.size).root.equals(note.root)) fault('SPLIT_VIEW', note.line, note.size)
}
for (const [sealed, sequence] of follows ? missing : [])
  if (!removed.has(sealed)) fault('REMOVED_SILENTLY', null, sequence)
if (follows) tables.forEach(() => fault('STATE_DIFFERS'))
// Whose signatures count: the keys that are given, or all of the record's, and those that these vouch for.
const signed = head ? notes.filter((note) => head.complete || note.size === head.size) : []
const terms = new Map(keys.map((key) => [key.text, { key, first: 1, last: Infinity }]))
chain.forEach(({ first, key }, at) => terms.set(key.text, { key, first, last: chain[at + 1]?.first ?? Infinity }))
const texts = chain.map(({ key }) => key.text), held = keys.map((key) => key.text)
const known = held.length ? texts.findLastIndex((text) => held.includes(text)) : texts.length
const trusted = new Set([...held, ...texts.slice(0, Math.max(0, known))])
const hasSigned = (key, size) =>
  signed.some((note) => note.size === size && note.signatures.some((one) => hasMade(key, note, one)))
for (const [at, { first, key }] of chain.slice(1).entries())
  if (trusted.has(texts[at]) && [chain[at].key, key].every((by) => hasSigned(by, first))) trusted.add(key.text)
for (const note of signed) {
  const tell = (name) => fault(name, note.line, note.size), isOwn = ({ name }) => name === note.origin
  if (!note.signatures.some(isOwn)) tell('UNKNOWN_KEY')
  for (const one of note.signatures) {
    const counts = ({ key }) => key.id === one.id && (trusted.has(key.text) || !isOwn(one))
    const named = [...terms.values()].filter(counts), made = named.filter(({ key }) => hasMade(key, note, one))
    if (isOwn(one) && !named.length) tell('UNKNOWN_KEY')
    else if (named.length && !made.length) tell('BAD_SIGNATURE')
    else if (made.some(({ first, last }) => note.size < first || note.size > last)) tell('RETIRED_KEY')
  }
}
for (const [id, { sequence, isHidden, row: { sha256: hash, size } }] of given.evidence ? attached : []) {
  const places = isHash(hash) ? [hash, `${hash.slice(0, 2)}/${hash}`].map((one) => `${given.evidence}/${one}`) : []
  const file = places.find((one) => existsSync(one)), data = file && readFileSync(file)
  const isRight = data && sha256(data).toString('hex') === hash && data.length === size
  if (file && !isRight) fault('EVIDENCE_CHANGED', null, sequence)
  if (!file && !isHidden && !givenUp.has(id)) fault('EVIDENCE_MISSING', null, sequence)
}
process.stdout.write(JSON.stringify({ faults }) + '\n', () => process.exit(faults.length ? 1 : 0))
