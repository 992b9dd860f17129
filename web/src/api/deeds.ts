import { graphql } from "./graphql";

export const CHANGE_STATUS = graphql(`
  mutation ChangeStatus($input: ChangeProjectStatusInput!, $lang: Lang!) {
    changeProjectStatus(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const TRANSFER = graphql(`
  mutation Transfer($input: TransferOwnershipInput!, $lang: Lang!) {
    transferOwnership(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const CORRECT = graphql(`
  mutation Correct($input: CorrectInput!, $lang: Lang!) {
    correct(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const REVISE = graphql(`
  mutation Revise($input: RevisePlanInput!, $lang: Lang!) {
    revisePlan(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const PROPOSE = graphql(`
  mutation Propose($input: ProposeRolloutInput!, $lang: Lang!) {
    proposeRollout(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const ANSWER_ROLLOUT = graphql(`
  mutation AnswerRollout($input: AnswerRolloutInput!, $lang: Lang!) {
    answerRollout(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const ANSWER_FINDING = graphql(`
  mutation AnswerOnProject($input: AnswerFindingInput!, $lang: Lang!) {
    answerFinding(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const WITHDRAW_EVIDENCE = graphql(`
  mutation WithdrawEvidence($input: WithdrawEvidenceInput!, $lang: Lang!) {
    withdrawEvidence(input: $input) {
      __typename
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
