import { graphql } from "./graphql";

export const FINDING = graphql(`
  fragment Finding on Finding {
    id
    number
    entrySequence
    text
    answerDueOn
    raisedAt
    raisedBy { id name }
    status
    statusLabel(lang: $lang)
    answer
    answeredAt
    answeredBy { id name }
    followUpOn
    overdue
    conclusion
    closedAt
    closedBy { id name }
    department { id name }
    project { id code title }
    viewerCanAnswer(onBehalfOf: $onBehalfOf)
    history { id sequence }
  }
`);

export const FINDINGS = graphql(
  `
    query Findings($where: FindingWhere, $after: String, $lang: Lang!, $onBehalfOf: ID) {
      findings(where: $where, first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ...Finding }
      }
    }
  `,
  [FINDING],
);

/** What a finding can be about. */
export const ABOUT = graphql(`
  query About($after: String) {
    projects(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id code title department { id name } }
    }
  }
`);

/** An entry that a finding is to be about. */
export const MEANT = graphql(`
  query Meant($sequence: Int!) {
    entry(sequence: $sequence) {
      __typename
      id
      sequence
      recordedAt
      project { id code title department { id name } }
      ... on Transition { trigger }
      ... on StatusChange { statusTrigger }
    }
  }
`);

export const RAISE = graphql(`
  mutation Raise($input: RaiseFindingInput!, $lang: Lang!) {
    raiseFinding(input: $input) {
      __typename
      ... on FindingRecorded { finding { id number } entry { id sequence } }
      ... on UserError { code message(lang: $lang) path }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
    }
  }
`);

export const ANSWER = graphql(`
  mutation Answer($input: AnswerFindingInput!, $lang: Lang!) {
    answerFinding(input: $input) {
      __typename
      ... on FindingRecorded { finding { id number status answer } entry { id sequence } }
      ... on UserError { code message(lang: $lang) path }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
    }
  }
`);

export const CLOSE = graphql(`
  mutation Close($input: CloseFindingInput!, $lang: Lang!) {
    closeFinding(input: $input) {
      __typename
      ... on FindingRecorded { finding { id number status conclusion } entry { id sequence } }
      ... on UserError { code message(lang: $lang) path }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
    }
  }
`);
