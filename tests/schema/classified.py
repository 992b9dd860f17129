"""What it takes to see each field of each type: a new field fails a test until it stands here.

A word is a `Reading`, or one of these. ENTRY: as the row or value that holds it. PLAN, RESULTS,
EVALUATION, IMPROVEMENT: as that part of a cycle's sheet. RAW, CHANGES: as `workflows.shown` says
for the entry's kind. VIEWER: made for whoever asks, of nothing but what they see; has tests of
its own, which are named beside it.
"""

from typing import Final

_HISTORY: Final = {
    "ENTRY": "id sequence recordedAt effectiveAt actor project cycle ownerThen leafHash proof "
    "correctedBy",
    "COMMENTS": "reason",
    "CHANGES": "changes",
    "RAW": "body openings",
}
_SNAPSHOT: Final = "activities spentYen grade issues improvement direction gradeLabel"
_MEASURED: Final = "actual result reasonNotMeasured"
_PLANNED: Final = "name unit baseline target qualitativeGoal reasonNoNumber"

_ROWS: Final = {
    "Appointment": {"ENTRY": "id role startsOn endsOn person department"},
    "Category": {"ENTRY": "id code name nameInSource policy projects", "VIEWER": "progress"},
    "Checkpoint": {"ENTRY": "id origin treeSize root signedAt note signers"},
    "Comment": {
        "ENTRY": "id project cycle replyTo text writtenAt withdrawn withdrawalReason",
        "STAFF_DIRECTORY": "writtenBy",
        "VIEWER": "viewerCanWithdraw",  # test_comments
    },
    "Cycle": {
        "ENTRY": "id fiscalYear stage enteredStageAt openedAt dueOn planRevision revision "
        "fiscalYearLabel overdue project previous sheet indicators transitions spans openSheetPart "
        "evidence",
        "STAFF_DIRECTORY": "evaluator evaluatedFor",
        "VIEWER": "availableTransitions viewerCanEditSheet viewerCanAttach "
        "viewerCanProposeRollout",  # test_queries, test_sight_leaks, test_viewer_acts
    },
    "Delegation": {"ENTRY": "id startsOn endsOn reason", "STAFF_DIRECTORY": "principal delegate"},
    "Department": {
        "ENTRY": "id name groups projects appointments offers findings",
        "VIEWER": "progress",
    },
    "Evidence": {
        "ENTRY": "id part name note mediaType charset size sha256 url attachedAt withdrawn cycle project",
        "STAFF_DIRECTORY": "attachedBy",
    },
    "Finding": {
        "ENTRY": "id number department project entry entrySequence text answerDueOn raisedAt status "
        "statusLabel answer answeredAt followUpOn overdue conclusion closedAt history",
        "STAFF_DIRECTORY": "raisedBy answeredBy closedBy",
        "VIEWER": "viewerCanAnswer",  # test_findings
    },
    "GradeStep": {"ENTRY": "id code rollsOut label"},
    "Group": {"ENTRY": "id name department projects"},
    "Indicator": {
        "ENTRY": "id withdrawn cycle carriedOverFrom",
        "PLAN": _PLANNED,
        "RESULTS": _MEASURED,
    },
    "Municipality": {"ENTRY": "id code name prefecture"},
    "Ownership": {"ENTRY": "id startsOn endsOn project department group"},
    "Person": {
        "ENTRY": "id name staffNumber appointments career delegations",
        "ACCOUNTS": "account",
    },
    "Plan": {
        "ENTRY": "id title published firstFiscalYear lastFiscalYear isSample sourceSha256 "
        "fiscalYears municipality policies grades revisions mended"
    },
    "PlanRevision": {"ENTRY": "id number summary effectiveOn plan", "COMMENTS": "reason"},
    "Policy": {"ENTRY": "id code name plan categories", "VIEWER": "progress"},
    "Project": {
        "ENTRY": "id code title content expectedEffects status revision source plan category policy "
        "department group ownerships stage currentCycle cycle cycles rolledOutFrom rollouts findings "
        "comments",
        "VIEWER": "history asOf viewerCanComment viewerCanChangeStatus viewerCanTransfer "
        "viewerCanCorrect viewerCanRevise",  # test_sight_matrix, test_as_of, test_viewer_acts
    },
    "RecordKey": {"ENTRY": "id origin keyId publicKey verifierKey firstSequence lastSequence"},
    "Rollout": {
        "ENTRY": "id message status answer project cycle department newProject",
        "VIEWER": "viewerCanAnswer",  # test_viewer_acts
    },
    "Sheet": {
        "ENTRY": "id cycle",
        "PLAN": "goal schedule budgetYen",
        "RESULTS": "activities spentYen",
        "EVALUATION": "grade gradeLabel issues",
        "IMPROVEMENT": "improvement direction",
    },
}
_ENTRIES: Final = {
    "AccountChange": {"ENTRY": "kind person"},
    "AppointmentChange": {"ENTRY": "person appointment"},
    "CommentEntry": {"ENTRY": "kind comment"},
    "CopyTaken": {"ENTRY": "treeSize format copiedPart disclosure"},
    "Correction": {"ENTRY": "statement corrects"},
    "DelegationChange": {"ENTRY": "principal delegate delegation"},
    "EvidenceEntry": {"ENTRY": "kind evidence sha256 size mediaType"},
    "FindingEntry": {"ENTRY": "kind number finding"},
    "KeyChange": {"ENTRY": "key"},
    "OwnershipTransfer": {"ENTRY": "effectiveOn fromDepartment fromGroup toDepartment toGroup"},
    "PersonRegistration": {"ENTRY": "person"},
    "PlanImport": {"ENTRY": "title sourceSha256"},
    "PlanRevised": {"ENTRY": "number revision added changed withdrawn"},
    "ProjectAddition": {},
    "ProjectChange": {},
    "Redaction": {"ENTRY": "removed basis removedEvidence left leftCount"},
    "Refusal": {"ENTRY": "attempted act code blockedBy"},
    "RolloutAnswer": {"ENTRY": "rollout status newProject"},
    "RolloutProposal": {"ENTRY": "rollout department"},
    "SheetEdit": {"ENTRY": "part"},
    "SignInEntry": {"ENTRY": "kind person method secondFactor address"},
    "StatusChange": {"ENTRY": "statusTrigger"},
    "TokenChange": {"ENTRY": "person revoked"},
    "Transition": {
        "ENTRY": "trigger from to secondsInFrom opened workflowVersion rescinds rescindedBy",
        "COMMENTS": "approvalNumber report",
        "EDITS": "sheetBefore",
    },
}
_VALUES: Final = {
    "Account": {
        "ENTRY": "login email lastSignedInAt previousSignedInAt hasPassword hasSecondFactor "
        "recoveryCodesLeft fromProvider disabled"
    },
    "Actor": {"ENTRY": "role authority department", "NAMES": "person onBehalfOf"},
    "Blocker": {"ENTRY": "code fields message resolvableBy"},
    "ConsistencyProof": {"ENTRY": "fromSize from to path"},
    "FieldChange": {"ENTRY": "subjectId subject field before after removed"},
    "FiscalYear": {"ENTRY": "year label"},
    "InclusionProof": {"ENTRY": "leafIndex treeSize path checkpoint"},
    "IndicatorSnapshot": {"ENTRY": f"id {_PLANNED} {_MEASURED}"},
    "InterimReport": {"ENTRY": "text figures"},
    "Mended": {"ENTRY": "line where rule before after note"},
    "RemovedFrom": {"ENTRY": "sequence commitments entry"},
    "RedactionPart": {"ENTRY": "sequence fields entry"},
    "ReportedFigure": {"ENTRY": "name unit value"},
    "SheetSnapshot": {"ENTRY": f"id goal schedule budgetYen indicators {_SNAPSHOT}"},
    "SourceText": {"ENTRY": "text mended"},
    "StageInfo": {"ENTRY": "stage label dueOn"},
    "StageSpan": {"ENTRY": "stage enteredAt leftAt seconds"},
    "StatusInfo": {"ENTRY": "status label"},
    "Workflow": {"ENTRY": "version stages statuses moves statusMoves mermaid"},
    "WorkflowMove": {
        "ENTRY": "trigger from to requiresReason opensCycle roles guards label",
    },
    "WorkflowStatusMove": {"ENTRY": "trigger from to label"},
}
_FOR_THE_VIEWER: Final = {
    # Counts of what is seen: test_sight_leaks.
    "GradeCount": "grade count",
    "Progress": "fiscalYear subject total closed overdue byStage byGrade byStatus",
    "StageCount": "stage count",
    "StatusCount": "status count",
    # What auditors and the office ask of a year: test_scrutiny.
    "ActedFor": "person onBehalfOf entries",
    "BulkMoves": "person startedAt endedAt entries",
    "BulkMovesFound": "totalCount nodes",
    "FoundEntries": "totalCount nodes",
    "ProjectScrutiny": "project stages returns rescinds refusals planRevisions",
    "Scrutiny": "fiscalYear projects actedFor outsideOfficeHours bulk editedAfterApproval "
    "recordedLate",
    "StageTime": "stage seconds",
    # How the installation is set up, for admins: test_installation.
    "Installation": "version database publicUrl startedAt settingGroups identityProvider "
    "proxyUserHeader trustedProxies mail record",
    "LastTry": "triedAt hasWorked failure",
    "MailStatus": "server sender lastTry",
    "ProviderStatus": "issuer clientId callbackUrl loginClaim groupClaim group lastTry",
    "RecordKeeping": "checkpointMinutes hasKey hasDiverged witnessCount lastCheckpoint "
    "selfCheckMinutes integrity",
    "Setting": "name variable value default example isSet isChanged isSecret description",
    "SettingGroup": "name title settings",
    # The past, as far as it is seen: test_as_of.
    "CategorySnapshot": "id code name projects",
    "CycleSnapshot": "id fiscalYear fiscalYearLabel stage enteredStageAt openedAt dueOn planRevision overdue sheet "
    "indicators",
    "DepartmentSnapshot": "id name groups projects",
    "GroupSnapshot": "id name",
    "PlanDifference": "fromSequence toSequence entryCount totalCount projects",
    "PlanSnapshot": "id sequence recordedAt on title published firstFiscalYear lastFiscalYear policies "
    "departments projects progress",
    "PolicySnapshot": "id code name categories",
    "ProgressSnapshot": "fiscalYear subject total closed overdue byStage byGrade byStatus",
    "ProgressSubjectSnapshot": "id code name",
    "ProjectDifference": "code title changes project",
    "ProjectSnapshot": "id code title content expectedEffects status project category policy "
    "department group stage currentCycle cycles",
    # Pages of what is seen: test_sight_matrix.
    "CheckpointConnection": "edges nodes pageInfo totalCount",
    "CheckpointEdge": "cursor node",
    "FindingConnection": "edges nodes pageInfo totalCount",
    "FindingEdge": "cursor node",
    "HistoryConnection": "edges nodes pageInfo totalCount",
    "HistoryEdge": "cursor node",
    # What concerns the viewer: test_news.
    "NewsConnection": "edges nodes pageInfo totalCount unseen",
    "NewsEdge": "cursor node",
    "NewsItem": "entry reason seen",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
    "ProjectConnection": "edges nodes pageInfo totalCount",
    "ProjectEdge": "cursor node",
    # The viewer's own copies; values of entries, as they are seen: test_copies.
    "Copy": "id url format disclosure part treeSize entryCount takenAt expiresAt",
    "CopiedPart": "project department fiscalYear",
    "CopyConnection": "edges nodes pageInfo totalCount",
    "CopyEdge": "cursor node",
    "SealedField": "field commitment value removed table",
    # What the server found of the record, in detail for its keepers: test_self_check.
    "Integrity": "verified eventsChecked checkedAt tablesMatchEvents firstMismatch faults",
    "IntegrityFault": "name sequence entry about message",
    # What the viewer may do: test_queries, test_sight_leaks.
    "AvailableTransition": "trigger from to allowed requiresReason blockedBy label",
    # The viewer's own: tests of accounts and of delegation.
    "Budget": "limit remaining resetsAt",
    "Principal": "person delegation",
    "Session": "id method secondFactor startedAt seenAt expiresAt address userAgent isCurrent",
    "Token": "id name expiresAt lastUsedAt revokedAt scopes",
    "Viewer": "person appointments actsFor account sessions tokens budget news "
    "secondFactorMissingFor",
    # Whoever holds a link's secret: tests of accounts.
    "OneTimeLink": "purpose name login hasSecondFactor shortestPassword secondFactorOffer",
    "SecondFactorOffer": "secret uri",
}
_ANSWERS: Final = {
    # To whoever did it, of what they see: test_acts_matrix and the tests of each verb.
    "AccountChanged": "ok",
    "AppointmentChanged": "appointment entry replayed",
    "AppointmentsApplied": "registered ended appointed entry replayed",
    "AppointmentsPreview": "steps faults sha256",
    "CheckpointIssued": "checkpoint",
    "CommentRecorded": "comment entry replayed",
    "CopyMade": "copy entry replayed",
    "CosignatureAdded": "checkpoint",
    "Corrected": "entry replayed",
    "DelegationChanged": "delegation entry replayed",
    "EvidenceWithdrawn": "evidence entry replayed",
    "FindingRecorded": "finding entry replayed",
    "LinkIssued": "url mailedTo expiresAt",
    "NewsSeen": "through",
    "OwnershipTransferred": "project entry replayed",
    "PersonRegistered": "person entry replayed",
    "PlanImported": "plan addedCount changedCount entry replayed",
    "PlanObstacle": "kind about message",
    "PlanPreview": "summary problems problemCount mended mendedCount isUnchanged added addedCount "
    "changed changedCount missing missingCount headings newUnits blockedBy sha256",
    "PlanTextChange": "name before after",
    "PlanTextProblem": "line kind message",
    "PlanTextRefused": "code path message problems problemCount obstacles",
    "PlanTextSummary": "title published municipalityName lastFiscalYear policyCount categoryCount "
    "projectCount departmentCount",
    "PlannedHeading": "code name changes",
    "PlannedProject": "code title owner project changes",
    "PlanRevisionApplied": "plan entry replayed",
    "ProjectStatusChanged": "project entry replayed",
    "RecoveryCodesMade": "recoveryCodes",
    "ResetRequested": "ok",
    "RolloutAnswered": "rollout project entry replayed",
    "RolloutProposed": "rollout entry replayed",
    "Redacted": "entry entryCount valueCount rowCount evidenceCount left leftCount replayed",
    "RedactionFile": "evidence deleted",
    "RedactionPreview": "entries rows files left leftCount",
    "RedactionRow": "subjectId table columns",
    "RosterFault": "line column message",
    "RosterStep": "kind staffNumber name role startsOn endsOn line person department appointment",
    "SheetEdited": "cycle entry replayed",
    "SignedIn": "expiresAt secondFactor previousSignedInAt recoveryCodes",
    "SignedOut": "ok",
    "TokenCreated": "token secret",
    "TransitionApplied": "cycle transition opened replayed",
    "Validated": "ok",
    "Blocked": "code path message blockedBy",
    "Busy": "code path message",
    "FindingChanged": "code path message finding",
    "Forbidden": "code path message requiredRoles requiredDepartment",
    "IdempotencyMismatch": "code path message sequence",
    "InvalidInput": "code path message",
    "NotFound": "code path message",
    "NotSignedIn": "code path message",
    "PreviewOutdated": "code path message currentPreview",
    "RevisionConflict": "code path message expected currentRevision currentCycle currentProject since",
    "SecondFactorNeeded": "code path message",
    "SignInFailed": "code path message",
    "MailFailed": "code path message",
    "RecordDiverged": "code path message treeSize",
    "SigningKeyMissing": "code path message",
    "SlowedDown": "code path message retryAfterSeconds",
}


def _fields(words: dict[str, str]) -> dict[str, str]:
    return {name: word for word, names in words.items() for name in names.split()}


FIELDS: Final[dict[str, dict[str, str]]] = {
    **{name: _fields(words) for name, words in (_ROWS | _VALUES).items()},
    **{name: _fields(_HISTORY) | _fields(words) for name, words in _ENTRIES.items()},
    **{name: _fields({"VIEWER": names}) for name, names in (_FOR_THE_VIEWER | _ANSWERS).items()},
}
"""Type and field to the word that says what it takes."""
