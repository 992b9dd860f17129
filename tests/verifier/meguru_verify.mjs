// The check of a copy (docs/record.md) once more, in another language: COPY [--key …] [--checkpoint …] [--evidence …]
import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
const TIME = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z'
const NOTE = new RegExp(`^(([^\\n]+)\\n([1-9][0-9]{0,14})\\n([A-Za-z0-9+/]{43}=)\\ntime (${TIME})\\n)\\n((?:— [^ \\n]+ [A-Za-z0-9+/=]+\\n)+)$`, 'u')
const MOMENT = new RegExp(`^${TIME}$`), UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ORDER = ['header', 'checkpoint', 'entry', 'row', 'end'], REMOVED = Object.freeze({ removed: true }), faults = []
const fault = (name, line = null, sequence = null) => faults.push({ name, line, sequence })
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const node = (left, right) => sha256(Buffer.of(1), left, right), isText = (value) => typeof value === 'string'
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && value !== REMOVED
const isNumber = (value) => Number.isSafeInteger(value) && value > 0
const isHash = (value) => isText(value) && value.length === 64 && /^[0-9a-f]{64}$/.test(value)
const list = (value) => Array.isArray(value) ? value : [], attempt = (doing) => { try { return doing() } catch { return undefined } }
const decoded = (text) => { const data = Buffer.from(text, 'base64'); return data.toString('base64') === text ? data : null }
function keyOf(text) {
  const found = isText(text) && /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text), data = found && decoded(found[3])
  if (!data || data.length !== 33 || data[0] !== 1) return null
  const id = sha256(found[1], '\n', data).subarray(0, 4).toString('hex')
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), data.subarray(1)])
  return id === found[2] ? { name: found[1], id, open: createPublicKey({ key: der, format: 'der', type: 'spki' }) } : null
}
function noteOf(text, line = null) {
  const found = isText(text) && NOTE.exec(text), root = found && decoded(found[4])
  const signatures = root && found[6].trimEnd().split('\n').map((one) => {
    const [, name, data] = one.split(' '), all = decoded(data)
    return all?.length > 4 ? { name, id: all.subarray(0, 4).toString('hex'), data: all.subarray(4) } : null
  })
  if (!signatures?.every(Boolean)) return null
  return { text: found[1], origin: found[2], size: +found[3], root, time: found[5], signatures, line }
}
function rootBy(index, size, leaf, path) {
  if (size === 1 || !path.length) return size === 1 && !path.length ? leaf : null
  const left = 2 ** Math.ceil(Math.log2(size) - 1), beside = path.at(-1), rest = path.slice(0, -1)
  const own = index < left ? rootBy(index, left, leaf, rest) : rootBy(index - left, size - left, leaf, rest)
  return own && (index < left ? node(own, beside) : node(beside, own))
}
/** Read a body with its sealed values in place; `meet` is told of each commitment. */
const opened = (body, known, meet) => JSON.parse(body, (_, value) => {
  if (!isObject(value) || Object.keys(value).length !== 1 || !isText(value.sealed)) return value
  meet(value.sealed)
  return known.has(value.sealed) ? known.get(value.sealed) : REMOVED
})
const isChange = (c) => isObject(c) && isObject(c.after) && isText(c.table) && isText(c.id) && (c.before == null || isObject(c.before))
const isDocument = (d) => isObject(d) && isNumber(d.sequence) && isText(d.municipality) && isText(d.kind) && isText(d.recordedAt) &&
  MOMENT.test(d.recordedAt) && isObject(d.details) && Array.isArray(d.changes) && d.changes.every(isChange)
const isSame = (one, other) => one === REMOVED || other === REMOVED || isDeepStrictEqual(one ?? null, other ?? null)
const text = (value) => value === REMOVED ? '［消去］' : value
const known = (row) => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null).map(([k, v]) => [k, text(v)]))
class Copy {
  constructor(keys, kept) {
    Object.assign(this, { keys, kept, notes: [...kept], peaks: [], size: 0, next: 1, entries: 0, rows: 0, line: 1, rank: -1, chain: [] })
    Object.assign(this, { tables: new Map(), missing: new Map(), removed: new Set(), attached: new Map(), latest: '', earliest: '', gap: false })
  }
  broken(sequence) { fault('BROKEN_FILE', this.line, sequence) }
  read(file) {
    const running = createHash('sha256')
    for (let start = 0, end; start < file.length; start = end, this.line += 1) {
      end = file.indexOf(10, start) + 1 || file.length
      const raw = file.subarray(start, end), line = attempt(() => UTF8.decode(raw))
      const item = line?.endsWith('\n') && attempt(() => JSON.parse(line)), kind = isObject(item) ? ORDER.indexOf(item.type) : -1
      if (kind < Math.max(this.rank, 0) || this.rank === 4 || (kind === 0) !== (this.line === 1)) this.broken()
      else this[ORDER[this.rank = kind]](item, line, running.copy().digest('hex'))
      if (!this.head) return
      running.update(raw)
    }
    if (this.rank !== 4) this.broken()
    if (this.head) this.finish()
  }
  header(item) {
    const { municipality, origin, size, complete, state } = item, flags = [complete, state]
    const isSound = isObject(municipality) && isText(municipality.id) && item.format === 'meguru-copy/1' && isNumber(size) && isText(origin)
    if (!isSound || !flags.every((flag) => typeof flag === 'boolean')) return this.broken()
    Object.assign(this, { head: item, follows: complete && state })
    const note = this.checkpoint({ note: item.checkpoint })
    if ((note?.size ?? size) !== size) this.broken()
    this.root = note?.root ?? Buffer.alloc(0)
    if ([...this.kept, ...this.keys].some((one) => (one.origin ?? one.name) !== origin)) fault('WRONG_RECORD')
  }
  checkpoint(item) {
    const note = noteOf(item.note, this.line)
    if (!note) return this.broken()
    if (note.origin !== this.head.origin) fault('WRONG_RECORD', this.line)
    return this.notes[this.notes.push(note) - 1]
  }
  entry({ sequence, leaf, body = null, openings, path }) {
    this.entries += 1
    const beside = openings || []
    if (!isNumber(sequence) || !isHash(leaf) || !Array.isArray(beside) || !(body === null || isText(body))) return this.broken()
    if (!this.placed(sequence, Buffer.from(leaf, 'hex'), path)) return
    if (body !== null && sha256(Buffer.of(0), body).toString('hex') !== leaf) fault('ENTRY_CHANGED', this.line, sequence)
    if (body !== null) this.told(sequence, body, beside)
    for (const note of this.head.complete ? this.notes.filter((one) => one.size === sequence) : []) {
      const root = this.peaks.reduceRight((found, peak) => node(peak, found))
      if (!this.gap && !root.equals(note.root)) fault('ROOT_DIFFERS', note.line, sequence)
      if (this.latest > note.time) fault('TIME_OF_CHECKPOINT', this.line, sequence)
      if (note.time > this.earliest) this.earliest = note.time
    }
  }
  placed(sequence, leaf, path) {
    if (sequence < this.next) return fault('ENTRY_MOVED', this.line, sequence) < 0
    if (!this.head.complete) {
      const hashes = Array.isArray(path) && path.every(isHash) && path.map((one) => Buffer.from(one, 'hex'))
      if (!hashes || sequence > this.head.size || !rootBy(sequence - 1, this.head.size, leaf, hashes)?.equals(this.root)) fault('PROOF_FALSE', this.line, sequence)
    } else if (sequence > this.next) this.gap = fault('ENTRY_MISSING', this.line, this.next) > 0
    for (let rest = this.size++; rest & 1; rest >>= 1) leaf = node(this.peaks.pop(), leaf)
    this.peaks.push(leaf)
    return (this.next = sequence + 1)
  }
  told(sequence, body, openings) {
    const open = new Map(), met = []
    for (const one of openings) {
      const value = attempt(() => JSON.parse(one.slice(22)))
      if (value === undefined) fault('OPENING_FALSE', this.line, sequence); else open.set(sha256(one).toString('hex'), value)
    }
    const document = attempt(() => opened(body, open, (sealed) => met.push(sealed)))
    if (document !== undefined && [...open.keys()].some((one) => !met.includes(one))) fault('OPENING_FALSE', this.line, sequence)
    for (const one of met) if (!open.has(one) && !this.missing.has(one)) this.missing.set(one, sequence)
    if (!isDocument(document)) return this.broken(sequence)
    if (document.sequence !== sequence) fault('ENTRY_MOVED', this.line, sequence)
    if (document.municipality !== this.head.municipality.id) fault('WRONG_RECORD', this.line, sequence)
    const { recordedAt: moment } = document, outside = (note) => sequence <= note.size ? moment > note.time : moment < note.time
    if (this.latest > moment) fault('TIME_BACKWARDS', this.line, sequence)
    if (this.head.complete ? this.earliest > moment : this.notes.some(outside)) fault('TIME_OF_CHECKPOINT', this.line, sequence)
    this.latest = moment
    const { kind, details, changes } = document, key = kind === 'KEY_CHANGED' && keyOf(details.key)
    if (key) this.chain.push({ first: sequence, key }); else if (key === null) this.broken(sequence)
    for (const one of kind === 'REDACTED' ? list(details.removed) : []) list(one?.commitments).filter(isHash).forEach((h) => this.removed.add(h))
    for (const change of changes) this.change(sequence, change)
  }
  change(sequence, { table, id, before, after }) {
    const rows = this.tables.get(table) ?? this.tables.set(table, new Map()).get(table), row = rows.get(id)
    const isFounded = before == null ? !row : Object.entries(before).every(([name, value]) => isSame(row?.[name], value))
    rows.set(id, before == null ? after : Object.assign(row ?? {}, after))
    if (before == null && table === 'evidence') this.attached.set(id, { sequence, row: after })
    if (this.follows && !isFounded) fault('CHANGE_UNFOUNDED', this.line, sequence)
  }
  row({ table, id, values }) {
    this.rows += 1
    if (!isText(table) || !isText(id) || !isObject(values)) return this.broken()
    const told = this.tables.get(table)?.get(id)
    if (told) this.tables.get(table).delete(id)
    if (this.follows && !(told && isDeepStrictEqual(known(told), known(values)))) fault('STATE_DIFFERS', this.line)
  }
  end(item, line, sha256) {
    const counted = { type: 'end', entries: this.entries, rows: this.rows, sha256 }, names = Object.keys(item)
    if (names.length !== 4 || JSON.stringify(Object.fromEntries(names.map((name) => [name, counted[name]]))) + '\n' !== line) this.broken()
  }
  finish() {
    const { size, complete } = this.head, roots = new Map()
    if (complete && this.next <= size) fault('ENTRY_MISSING', this.line, this.next)
    if (this.next > size + 1) this.broken()
    for (const note of this.notes) {
      if (note.size > size) fault('RECORD_CUT', note.line, note.size)
      if (!roots.set(note.size, roots.get(note.size) ?? note.root).get(note.size).equals(note.root)) fault('SPLIT_VIEW', note.line, note.size)
    }
    for (const [sealed, sequence] of this.follows ? this.missing : []) if (!this.removed.has(sealed)) fault('REMOVED_SILENTLY', null, sequence)
    for (const rows of this.follows ? this.tables.values() : []) for (const _ of rows) fault('STATE_DIFFERS')
    this.signatures()
  }
  signatures() {
    const terms = new Map(this.keys.map((key) => [key.id, { key, first: 1, last: Infinity }]))
    this.chain.forEach(({ first, key }, at) => terms.set(key.id, { key, first, last: this.chain[at + 1]?.first ?? Infinity }))
    const isGood = ({ text }, { id, name, data }) => terms.get(id)?.key.name === name &&
      attempt(() => verify(null, Buffer.from(text), terms.get(id).key.open, data)) === true
    const good = new Set(this.notes.flatMap((note) => note.signatures.filter((one) => isGood(note, one)).map((one) => `${note.size} ${one.id}`)))
    const ids = this.chain.map(({ key }) => key.id), given = this.keys.map((key) => key.id)
    const trusted = new Set(given.length ? given : ids)
    ids.slice(0, Math.max(0, ids.findLastIndex((id) => trusted.has(id)))).forEach((id) => trusted.add(id))
    for (const [at, { first, key: { id } }] of this.chain.entries()) {
      if (trusted.has(ids[at - 1]) && good.has(`${first} ${ids[at - 1]}`) && good.has(`${first} ${id}`)) trusted.add(id)
    }
    for (const note of this.notes.filter(({ size }) => this.head.complete || size === this.head.size)) {
      const tell = (name) => fault(name, note.line, note.size), isOwn = ({ name }) => name === note.origin
      if (!note.signatures.some(isOwn)) tell('UNKNOWN_KEY')
      for (const one of note.signatures.filter((each) => isOwn(each) || terms.has(each.id))) {
        if (isOwn(one) && !(terms.has(one.id) && trusted.has(one.id))) tell('UNKNOWN_KEY')
        else if (!isGood(note, one)) tell('BAD_SIGNATURE')
        else if (note.size < terms.get(one.id).first || note.size > terms.get(one.id).last) tell('RETIRED_KEY')
      }
    }
  }
  files(folder) {
    for (const { sequence, row } of [...this.attached.values()].filter(({ row }) => isHash(row.sha256))) {
      const file = [`${folder}/${row.sha256}`, `${folder}/${row.sha256.slice(0, 2)}/${row.sha256}`].find((one) => existsSync(one))
      const isRight = file && sha256(readFileSync(file)).toString('hex') === row.sha256 && statSync(file).size === row.size
      if (file ? !isRight : !`${text(row.name)}`.startsWith('［消去')) fault(file ? 'EVIDENCE_CHANGED' : 'EVIDENCE_MISSING', null, sequence)
    }
  }
}
const many = { type: 'string', multiple: true, default: [] }, options = { key: many, checkpoint: many, evidence: { type: 'string' }, json: { type: 'boolean' } }
const { values: given, positionals: [path] } = parseArgs({ allowPositionals: true, options })
const read = (file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trimEnd() + '\n'
const keys = given.key.flatMap((file) => read(file).split(/\s+/).map(keyOf).filter(Boolean))
const copy = new Copy(keys, given.checkpoint.map((file) => noteOf(read(file))))
copy.read(readFileSync(path))
if (given.evidence) copy.files(given.evidence)
process.stdout.write(JSON.stringify({ faults }) + '\n', () => process.exit(faults.length ? 1 : 0))
