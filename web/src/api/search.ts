import { graphql } from "./graphql";

/** What a list of entries tells of each. */
export const LINE = graphql(`
  fragment Line on HistoryEntry {
    __typename
    id
    sequence
    recordedAt
    effectiveAt
    reason
    actor { authority role person { id name } onBehalfOf { id name } department { id name } }
    project { id code title }
    cycle { id fiscalYear }
    ownerThen { id name }
    correctedBy { id sequence }
    changes { subjectId subject field before after removed }
    ... on Transition { trigger from to rescindedBy { id sequence } }
    ... on SheetEdit { part }
    ... on StatusChange { statusTrigger }
    ... on AccountChange { kind }
    ... on EvidenceEntry { kind }
    ... on FindingEntry { kind number }
    ... on SignInEntry { kind }
    ... on TokenChange { revoked }
    ... on Refusal { attempted act code }
    ... on Correction { statement corrects { id sequence } }
    ... on OwnershipTransfer { fromDepartment { id name } toDepartment { id name } }
  }
`);

export const SEARCH = graphql(
  `
    query Search($where: HistoryWhere, $newestFirst: Boolean!, $first: Int, $after: String, $last: Int, $before: String) {
      history(where: $where, newestFirst: $newestFirst, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { ...Line }
      }
    }
  `,
  [LINE],
);

/** What can be chosen from. */
export const CHOICES = graphql(`
  query Choices($lang: Lang!, $after: String) {
    projects(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id code title cycles { id fiscalYear fiscalYearLabel(lang: $lang) } }
    }
    people { id name staffNumber }
    plan { id grades { id code label(lang: $lang) } }
  }
`);

/** What ids in changes stand for. */
export const NAMES = graphql(`
  query Names($ids: [ID!]!, $lang: Lang!) {
    nodes(ids: $ids) {
      __typename
      id
      ... on Person { name }
      ... on Department { name }
      ... on Group { name }
      ... on Project { code title }
      ... on Category { code name }
      ... on Policy { code name }
      ... on Indicator { name }
      ... on Plan { title }
      ... on Cycle { fiscalYearLabel(lang: $lang) }
      ... on Evidence { name }
      ... on Comment { text }
      ... on Finding { number }
      ... on GradeStep { code label(lang: $lang) }
    }
  }
`);
