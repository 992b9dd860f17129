import { graphql } from "./graphql";

export const BOARD = graphql(`
  query Board($year: Int!, $where: ProjectWhere, $after: String) {
    projects(fiscalYear: $year, where: $where, first: 100, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        code
        title
        status
        department { id name }
        group { id name }
        policy { id code name }
        cycle(fiscalYear: $year) { id stage dueOn overdue revision }
      }
    }
  }
`);

/** Every move out of a cycle's stage: possible or not, and why not. */
export const MOVES = graphql(`
  query Moves($cycle: ID!, $lang: Lang!, $onBehalfOf: ID) {
    node(id: $cycle) {
      ... on Cycle {
        id
        stage
        revision
        fiscalYearLabel(lang: $lang)
        project { id code title department { id name } }
        availableTransitions(onBehalfOf: $onBehalfOf) {
          trigger
          from
          to
          label(lang: $lang)
          allowed
          requiresReason
          blockedBy { code message(lang: $lang) fields resolvableBy { id name } }
        }
      }
    }
  }
`);

export const FIRE = graphql(`
  mutation Fire($input: FireInput!, $lang: Lang!) {
    fireTransition(input: $input) {
      __typename
      ... on TransitionApplied {
        cycle { id stage revision dueOn overdue }
        transition { id sequence }
        opened { id fiscalYear }
      }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on RevisionConflict { currentRevision since { id sequence recordedAt actor { person { name } } } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

/** The same of several cycles. */
export const MOVES_OF = graphql(`
  query MovesOf($cycles: [ID!]!, $lang: Lang!, $onBehalfOf: ID) {
    nodes(ids: $cycles) {
      ... on Cycle {
        id
        stage
        revision
        project { id code title }
        availableTransitions(onBehalfOf: $onBehalfOf) {
          trigger
          from
          to
          label(lang: $lang)
          allowed
          requiresReason
          blockedBy { code message(lang: $lang) fields resolvableBy { id name } }
        }
      }
    }
  }
`);

export const FIRE_ALL = graphql(`
  mutation FireAll($input: [FireInput!]!, $lang: Lang!) {
    fireTransitions(input: $input) {
      __typename
      ... on TransitionApplied { cycle { id stage } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
