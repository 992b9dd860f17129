import { graphql } from "./graphql";

/** The plan with every project, and where its cycle of a year stands, or without a year its present one. */
export const PLAN = graphql(`
  query Plan($year: Int!, $ofYear: Boolean!, $lang: Lang!) {
    plan {
      id
      title
      published
      revisions { id number summary effectiveOn }
      policies {
        id
        code
        name
        categories {
          id
          code
          name
          projects {
            id
            code
            title
            status
            department { id name }
            group { id name }
            currentCycle @skip(if: $ofYear) { id stage fiscalYearLabel(lang: $lang) dueOn overdue }
            cycle(fiscalYear: $year) @include(if: $ofYear) { id stage dueOn overdue }
          }
        }
      }
    }
  }
`);

/** Which projects fit what somebody searches for, a page at a time. */
export const MATCHES = graphql(`
  query Matches($text: String!, $after: String) {
    projects(where: { search: $text }, first: 100, after: $after) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** How a year's cycles stand, counted in every way there is. */
export const PROGRESS = graphql(`
  query Progress($year: Int!, $lang: Lang!) {
    plan { id grades { id code label(lang: $lang) } }
    whole: progress(fiscalYear: $year) {
      total closed overdue byStage { stage count } byGrade { grade count }
    }
    policies: progress(fiscalYear: $year, by: POLICY) {
      total closed overdue byStage { stage count } byGrade { grade count }
      subject { ... on Policy { id code name } }
    }
    categories: progress(fiscalYear: $year, by: CATEGORY) {
      total closed overdue byStage { stage count } byGrade { grade count }
      subject { ... on Category { id code name } }
    }
    departments: progress(fiscalYear: $year, by: DEPARTMENT) {
      total closed overdue byStage { stage count } byGrade { grade count }
      subject { ... on Department { id name } }
    }
    years: progress(by: FISCAL_YEAR) {
      fiscalYear total closed overdue byStage { stage count } byGrade { grade count }
    }
    workflow { stages { stage dueOn(fiscalYear: $year) } }
  }
`);

/** How long every cycle of a year was at each stage, and by when it should have gone on. */
export const SPANS = graphql(`
  query Spans($year: Int!) {
    plan {
      id
      policies {
        id
        categories {
          id
          projects {
            id
            code
            title
            status
            department { id name }
            cycle(fiscalYear: $year) { id stage spans { stage enteredAt leftAt seconds } }
          }
        }
      }
    }
    workflow { stages { stage dueOn(fiscalYear: $year) } }
  }
`);

/** The plan's own words, and everything that was mended in them. */
export const SOURCE = graphql(`
  query Source($lang: Lang!) {
    plan {
      id
      sourceSha256
      mended { line where rule before after note(lang: $lang) }
      policies {
        id
        categories {
          id
          projects {
            id
            code
            title
            department { id }
            source { text mended { line } }
          }
        }
      }
    }
  }
`);
