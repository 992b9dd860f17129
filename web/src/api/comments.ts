import { graphql } from "./graphql";

export const COMMENTS = graphql(`
  query Comments($code: String!) {
    project(ref: { code: $code }) {
      id
      viewerCanComment
      comments {
        id
        text
        writtenAt
        writtenBy { id name }
        replyTo { id }
        cycle { id fiscalYear }
        withdrawn
        withdrawalReason
        viewerCanWithdraw
      }
    }
  }
`);

export const COMMENT = graphql(`
  mutation Comment($input: CommentInput!, $lang: Lang!) {
    comment(input: $input) {
      __typename
      ... on CommentRecorded { comment { id } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const WITHDRAW_COMMENT = graphql(`
  mutation WithdrawComment($input: WithdrawCommentInput!, $lang: Lang!) {
    withdrawComment(input: $input) {
      __typename
      ... on CommentRecorded { comment { id withdrawn } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
