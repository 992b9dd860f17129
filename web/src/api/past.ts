import { graphql } from "./graphql";

export const PAST_PLAN = graphql(`
  query PastPlan($moment: MomentInput!) {
    asOf(moment: $moment) {
      id
      sequence
      recordedAt
      on
      title
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
            currentCycle { id stage dueOn overdue }
          }
        }
      }
    }
  }
`);

export const PAST_BOARD = graphql(`
  query PastBoard($moment: MomentInput!, $where: ProjectWhere) {
    asOf(moment: $moment) {
      id
      sequence
      recordedAt
      on
      departments { id name }
      policies { id code name categories { id code name } }
      projects(where: $where) {
        id
        code
        title
        status
        department { id name }
        group { id name }
        policy { id code }
        category { id code }
        cycles { id fiscalYear stage dueOn overdue }
      }
    }
  }
`);

export const PAST_PROJECT = graphql(`
  query PastProject($code: String!, $moment: MomentInput!, $lang: Lang!) {
    asOf(moment: $moment) { id sequence recordedAt on }
    project(ref: { code: $code }) {
      id
      asOf(moment: $moment) {
        id
        code
        title
        content
        expectedEffects
        status
        policy { id code name }
        category { id code name }
        department { id name }
        group { id name }
        currentCycle { id }
        cycles {
          id
          fiscalYear
          fiscalYearLabel(lang: $lang)
          stage
          enteredStageAt
          dueOn
          overdue
          sheet {
            id
            goal
            schedule
            budgetYen
            activities
            spentYen
            grade
            gradeLabel(lang: $lang)
            issues
            improvement
            direction
          }
          indicators { id name unit baseline target actual qualitativeGoal reasonNoNumber result reasonNotMeasured }
        }
      }
    }
  }
`);

export const DIFF = graphql(`
  query Diff($from: MomentInput!, $to: MomentInput!) {
    diff(from: $from, to: $to) {
      fromSequence
      toSequence
      entryCount
      totalCount
      projects {
        code
        title
        project { id }
        changes { subjectId subject field before after removed }
      }
    }
  }
`);

export const BETWEEN = graphql(`
  query Between($project: ID!, $from: Int!, $before: Int!) {
    history(where: { project: $project, sequenceFrom: $from, sequenceBefore: $before }, newestFirst: false, first: 100) {
      totalCount
      nodes {
        __typename
        id
        sequence
        recordedAt
        ... on Transition { trigger from to }
      }
    }
  }
`);
