import { graphql } from "./graphql";

export const CHECKPOINTS = graphql(`
  query Checkpoints($after: String, $lang: Lang!) {
    checkpoints(first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id treeSize signedAt origin root signers note }
    }
    recordKeys { id keyId origin firstSequence lastSequence verifierKey }
    history(first: 1) { nodes { sequence } }
    integrity {
      verified
      eventsChecked
      checkedAt
      tablesMatchEvents
      firstMismatch { sequence }
      faults { name sequence about message(lang: $lang) }
    }
  }
`);

export const ISSUE = graphql(`
  mutation IssueCheckpoint($input: IssueCheckpointInput!, $lang: Lang!) {
    issueCheckpoint(input: $input) {
      __typename
      ... on CheckpointIssued { checkpoint { id treeSize signedAt } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const COSIGN = graphql(`
  mutation AddCosignature($input: AddCosignatureInput!, $lang: Lang!) {
    addCosignature(input: $input) {
      __typename
      ... on CosignatureAdded { checkpoint { id treeSize signers } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
