import { graphql } from "./graphql";

/** What somebody works on: the cycles of a year that are not over, what can be done, and what is missing. */
export const WORK = graphql(`
  query Work($year: Int!, $where: ProjectWhere!, $after: String, $lang: Lang!, $onBehalfOf: ID) {
    projects(fiscalYear: $year, where: $where, first: 40, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        code
        title
        status
        department { id name }
        cycle(fiscalYear: $year) {
          id
          fiscalYear
          fiscalYearLabel(lang: $lang)
          stage
          dueOn
          overdue
          availableTransitions(onBehalfOf: $onBehalfOf) {
            trigger
            from
            to
            label(lang: $lang)
            allowed
            blockedBy { code message(lang: $lang) resolvableBy { id name } }
          }
          transitions { id trigger recordedAt reason }
        }
      }
    }
  }
`);

/** What waits for an answer: findings, and results that other departments offer. */
export const ANSWERS = graphql(`
  query Answers($where: FindingWhere, $lang: Lang!, $onBehalfOf: ID) {
    findings(where: $where, first: 100) {
      totalCount
      nodes {
        id
        number
        text
        status
        statusLabel(lang: $lang)
        answer
        answerDueOn
        followUpOn
        overdue
        viewerCanAnswer(onBehalfOf: $onBehalfOf)
        department { id name }
        project { id code title }
      }
    }
    viewer {
      secondFactorMissingFor
      appointments {
        id
        department { id offers { id status message project { id code title } } }
      }
      actsFor { person { id appointments { id department { id offers { id status message project { id code title } } } } } }
    }
  }
`);
