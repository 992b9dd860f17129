import { graphql } from "./graphql";

export const UNSEEN = graphql(`
  query Unseen { viewer { news(first: 1) { unseen } } }
`);

export const NEWS = graphql(`
  query News($after: String, $lang: Lang!) {
    viewer {
      latest: news(first: 1) { unseen totalCount nodes { entry { id sequence } } }
      news(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          reason
          seen
          entry {
            __typename
            id
            sequence
            recordedAt
            reason
            actor { person { id name } department { id name } }
            project { id code title }
            cycle { id fiscalYear fiscalYearLabel(lang: $lang) }
            ... on Transition { trigger from to }
            ... on SheetEdit { part }
            ... on FindingEntry { kind finding { id number text answer } }
            ... on EvidenceEntry { kind evidence { id name part } }
            ... on CommentEntry { kind comment { id text withdrawn } }
            ... on RolloutProposal { rollout { id message } department { id name } }
            ... on RolloutAnswer { status rollout { id answer } }
            ... on OwnershipTransfer { effectiveOn toDepartment { id name } }
            ... on StatusChange { statusTrigger }
          }
        }
      }
    }
  }
`);

export const MARK = graphql(`
  mutation MarkNewsSeen($through: Int!, $lang: Lang!) {
    markNewsSeen(through: $through) {
      __typename
      ... on NewsSeen { through }
      ... on UserError { code message(lang: $lang) }
    }
  }
`);
