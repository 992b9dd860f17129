import { graphql } from "./graphql";

/** What somebody works on: their departments' cycles, what can be done with each, and what is missing. */
export const WORK = graphql(`
  query Work($year: Int!, $where: ProjectWhere!, $lang: Lang!) {
    projects(fiscalYear: $year, where: $where, first: 100) {
      totalCount
      nodes {
        id
        code
        title
        status
        department { id name }
        cycle(fiscalYear: $year) {
          id
          stage
          dueOn
          overdue
          enteredStageAt
          viewerCanEditSheet
          availableTransitions {
            trigger
            from
            to
            label(lang: $lang)
            allowed
            blockedBy { code message(lang: $lang) resolvableBy { id name } }
          }
          transitions { id trigger recordedAt reason actor { person { id name } department { id name } } }
        }
      }
    }
  }
`);
