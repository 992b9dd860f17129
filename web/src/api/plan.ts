import { graphql } from "./graphql";

export const PLAN = graphql(`
  query Plan($lang: Lang!) {
    plan {
      id
      title
      published
      municipality { name prefecture }
      fiscalYears { year label(lang: $lang) }
      mended { line where before after note(lang: $lang) }
      revisions { id number summary effectiveOn }
      policies {
        id
        code
        name
        categories {
          id
          code
          name
          nameInSource
          projects {
            id
            code
            title
            status
            department { id name }
            group { id name }
            currentCycle { id stage fiscalYearLabel(lang: $lang) dueOn overdue }
          }
        }
      }
    }
  }
`);

export const PROGRESS = graphql(`
  query Progress($year: Int, $by: ProgressBy) {
    progress(fiscalYear: $year, by: $by) {
      fiscalYear
      subject { __typename ... on Policy { id code name } ... on Category { id code name } ... on Department { id name } }
      total
      closed
      overdue
      byStage { stage count }
    }
  }
`);
