import { graphql, type ResultOf } from "./graphql";

export const COPIES = graphql(`
  query Copies($after: String) {
    copies(first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        treeSize
        takenAt
        url
        format
        disclosure
        part { fiscalYear project { id code title } department { id name } }
        entryCount
        expiresAt
      }
    }
  }
`);

export type Copy = ResultOf<typeof COPIES>["copies"]["nodes"][number];

export const TAKE = graphql(`
  mutation Take($input: TakeCopyInput!, $lang: Lang!) {
    takeCopy(input: $input) {
      __typename
      ... on CopyMade { copy { id } entry { id sequence } }
      ... on UserError { code message(lang: $lang) path }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
    }
  }
`);
