import { graphql } from "./graphql";
import { LINE } from "./search";

/** One entry, as every entry is, with what proves it. */
export const ENTRY = graphql(
  `
    query Entry($sequence: Int!) {
      entry(sequence: $sequence) {
        ...Line
        id
        sequence
        body
        openings
        leafHash
        proof { leafIndex treeSize checkpoint { id treeSize signedAt } }
      }
      earlier: history(where: { sequenceBefore: $sequence }, first: 1) { nodes { id sequence } }
    }
  `,
  [LINE],
);

/** What an entry says by its type; asked by itself, since one document may not have so many fields. */
export const PARTICULARS = graphql(`
  query Particulars($sequence: Int!, $lang: Lang!) {
    entry(sequence: $sequence) {
      __typename
      actor { authority }
      ... on Transition {
        from
        to
        rescindedBy { id sequence }
        approvalNumber
        secondsInFrom
        workflowVersion
        report { text figures { name unit value } }
        opened { id fiscalYearLabel(lang: $lang) project { id code } }
        rescinds { id sequence }
        sheetBefore {
          id
          goal
          schedule
          budgetYen
          activities
          spentYen
          grade
          gradeLabel(lang: $lang)
          issues
          improvement
          direction
          indicators { id name unit baseline target actual qualitativeGoal result }
        }
      }
      ... on Refusal { attempted act code blockedBy { code message(lang: $lang) } }
      ... on Correction { statement corrects { id sequence } }
      ... on OwnershipTransfer { fromDepartment { id name } toDepartment { id name } effectiveOn fromGroup { id name } toGroup { id name } }
      ... on PlanImport { title sourceSha256 }
      ... on PlanRevised { number added changed withdrawn revision { id summary effectiveOn } }
      ... on RolloutProposal { rolloutTo: department { id name } rollout { id message project { id code title } } }
      ... on RolloutAnswer { status rollout { id answer project { id code title } } newProject { id code title } }
      ... on AppointmentChange { person { id name } appointment { id role startsOn endsOn department { id name } } }
      ... on PersonRegistration { person { id name } }
      ... on TokenChange { person { id name } }
      ... on AccountChange { person { id name } }
      ... on SignInEntry { person { id name } method secondFactor address }
      ... on DelegationChange { principal { id name } delegate { id name } delegation { id startsOn endsOn reason } }
      ... on CopyTaken { treeSize format disclosure copiedPart { fiscalYear project { id code title } department { id name } } }
      ... on EvidenceEntry { evidence { id name url withdrawn } sha256 size mediaType }
      ... on FindingEntry { number finding { id number text status } }
      ... on KeyChange { key }
      ... on Redaction {
        basis
        removed { sequence commitments }
        removedEvidence { id name }
        leftCount
      }
    }
  }
`);

export const LATER = graphql(`
  query Later($from: Int!) {
    history(where: { sequenceFrom: $from }, newestFirst: false, first: 1) { nodes { id sequence } }
  }
`);

/** What an entry seals, for those who may see it. */
export const SEALED = graphql(`
  query Sealed($entry: ID!) {
    redactable(entry: $entry) { field commitment value removed table }
  }
`);
