import { graphql } from "./graphql";

/** The record from its beginning, as far as the viewer sees it: to be hashed as it stands. */
export const BODIES = graphql(`
  query Bodies($after: String) {
    history(newestFirst: false, first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { sequence recordedAt leafHash body openings }
    }
  }
`);

export const ENTRY_BODY = graphql(`
  query EntryBody($sequence: Int!) {
    entry(sequence: $sequence) { id sequence recordedAt leafHash body openings }
  }
`);

export const NOTES = graphql(`
  query Notes($after: String) {
    checkpoints(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { treeSize note }
    }
    recordKeys { verifierKey firstSequence }
  }
`);
