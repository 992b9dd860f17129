"""What pages ask, as they would ask it."""

from typing import Final

BOARD: Final = """query($first: Int) { projects(first: $first) { totalCount pageInfo { hasNextPage }
  nodes {
    id code title status stage revision
    department { id name } group { id name } category { code name } policy { code name }
    currentCycle { id dueOn overdue enteredStageAt fiscalYearLabel revision }
  } } }"""
BOARD_OF_YEAR: Final = """{ projects(first: 100, fiscalYear: 2026) { nodes {
  code department { name } cycle(fiscalYear: 2026) { stage overdue } } } }"""
BOARD_WITH_MOVES: Final = """{ projects(first: 100) { nodes { code currentCycle {
  viewerCanEditSheet sheet { goal grade } indicators { name target actual }
  availableTransitions { trigger to allowed blockedBy { code message resolvableBy { name } } }
} } } }"""
BOARD_FILTERED: Final = """{ projects(where: {
  search: "取組", stage: [PLAN, CLOSED], actionableByViewer: false, not: {status: [ABOLISHED]}
}) { nodes { code } } }"""
BOARD_WITH_HISTORY: Final = """{ projects(first: 100) { nodes { code
  history(first: 2, where: {kind: [PROJECT_ADDED, PROJECT_CHANGED]}) { totalCount
    nodes { sequence recordedAt actor { person { name } } } pageInfo { hasNextPage } } } } }"""
PLAN_TREE: Final = """{ plan { title firstFiscalYear municipality { name } grades { code label }
  revisions { number plan { title } } mended { where note }
  policies { code name plan { id } progress { total } categories { code name
    progress { total overdue byStage { stage count } }
    projects { code title stage department { name } plan { municipality { name } } } } } } }"""
DETAIL: Final = """query($code: String!) { project(ref: {code: $code}) {
  id code title content expectedEffects status revision source { text mended { before after } }
  department { name } group { name } category { name } policy { name }
  ownerships { startsOn endsOn department { name } group { name } }
  rollouts { status department { name } newProject { code } } rolledOutFrom { code }
  cycles { fiscalYear stage previous { fiscalYear } evaluator { name } }
  currentCycle { id stage dueOn sheet { goal schedule budgetYen grade gradeLabel direction }
    indicators { name unit baseline target actual carriedOverFrom { cycle { fiscalYear } } }
    spans { stage enteredAt leftAt seconds } viewerCanEditSheet openSheetPart
    availableTransitions { trigger to allowed label
      blockedBy { code message fields resolvableBy { name } } } }
  history(first: 20) { totalCount pageInfo { hasNextPage endCursor } nodes {
    __typename sequence recordedAt reason ownerThen { name } changes { field before after }
    actor { person { name } role department { name } } correctedBy { sequence }
    ... on Transition { trigger from to sheetBefore { schedule } rescindedBy { sequence } }
  } } } }"""
HISTORY: Final = """query($after: String) { history(first: 100, after: $after) {
  totalCount pageInfo { endCursor hasNextPage } nodes {
    __typename sequence recordedAt effectiveAt reason body
    actor { person { name } role department { name } }
    project { code title } cycle { fiscalYear } ownerThen { name }
    changes { subject subjectId field before after } correctedBy { sequence }
    ... on Transition { trigger rescinds { sequence } rescindedBy { sequence } opened { id } }
    ... on Refusal { act code attempted blockedBy { code resolvableBy { name } } }
    ... on OwnershipTransfer { fromDepartment { name } toDepartment { name } toGroup { name } }
    ... on Correction { statement corrects { sequence } }
    ... on RolloutProposal { rollout { message } department { name } }
    ... on RolloutAnswer { rollout { answer } newProject { code } }
    ... on AppointmentChange { person { name } appointment { role endsOn } }
    ... on PersonRegistration { person { name } } ... on TokenChange { person { name } revoked }
    ... on PlanRevised { number revision { summary } }
  } } }"""
PROGRESS: Final = """query($by: ProgressBy) { progress(by: $by) { fiscalYear total closed overdue
  byStage { stage count } byGrade { grade count } byStatus { status count }
  subject { ... on Policy { code name } ... on Category { code name } ... on Department { name } }
} }"""
DEPARTMENTS: Final = """{ departments { name groups { name projects { code } }
  projects { code stage group { name } } progress { total overdue }
  appointments { role startsOn person { name staffNumber } }
  offers { status project { title } cycle { fiscalYear } newProject { code } } } }"""
PEOPLE: Final = """{ viewer { person { name } appointments { role department { name } } }
  people { name staffNumber appointments { role startsOn endsOn department { name } } } }"""
NODES: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
WORKFLOW: Final = """{ workflow { version mermaid stages { stage label }
  moves { trigger from to label roles guards requiresReason opensCycle }
  statusMoves { trigger from to label } } }"""
