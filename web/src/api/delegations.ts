import { graphql } from "./graphql";

/** Everybody with who may decide for them, and what they are appointed to. */
export const DELEGATIONS = graphql(`
  query Delegations {
    people {
      id
      name
      staffNumber
      career { id role startsOn endsOn department { id name } }
      delegations { id startsOn endsOn reason delegate { id name staffNumber } }
    }
  }
`);

export const DELEGATE = graphql(`
  mutation Delegate($input: DelegateInput!, $lang: Lang!) {
    done: delegate(input: $input) {
      __typename
      ... on DelegationChanged { delegation { id } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const END_DELEGATION = graphql(`
  mutation EndDelegation($input: EndDelegationInput!, $lang: Lang!) {
    done: endDelegation(input: $input) {
      __typename
      ... on DelegationChanged { delegation { id } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
