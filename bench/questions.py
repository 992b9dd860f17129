"""The four things that are measured, as a client asks the API for them."""

from typing import Final

BOARD: Final = """
query Board {
  projects(first: 100) {
    totalCount
    nodes {
      id code title status stage
      department { id name }
      category { id code name }
      policy { id code name }
      currentCycle { id dueOn }
    }
  }
}
"""
"""Every project of a plan of the usual size, with department, category, policy, stage and due."""

DETAIL: Final = """
query Detail($code: String!) {
  project(ref: {code: $code}) {
    id code title content expectedEffects status revision
    department { id name }
    group { id name }
    category { id code name }
    policy { id code name }
    currentCycle {
      id fiscalYear stage enteredStageAt dueOn revision
      sheet {
        id goal schedule budgetYen activities spentYen grade gradeLabel issues improvement direction
      }
      indicators { id name unit baseline target actual qualitativeGoal }
    }
    history(first: 20) {
      nodes {
        __typename id sequence recordedAt reason
        actor { role person { id name } department { id name } }
        ... on Transition { trigger from to }
      }
    }
  }
}
"""
"""A project with its cycle, the sheet and the last twenty entries of the record."""

HISTORY: Final = """
query History($after: String) {
  history(first: 50, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename id sequence recordedAt reason
      actor { role person { id name } department { id name } }
      project { id code title }
      ... on Transition { trigger from to }
    }
  }
}
"""
"""Fifty entries of the record, latest first, after a cursor."""

FIRE: Final = """
mutation Fire($input: FireInput!) {
  fireTransition(input: $input) {
    __typename
    ... on TransitionApplied { cycle { id stage revision } transition { sequence } }
    ... on UserError { code message(lang: EN) }
  }
}
"""
"""One move of a cycle; `START` and `SEND_BACK` lead round in a circle."""

BARE: Final = "{ __typename }"
"""Nothing but the way through the server."""
