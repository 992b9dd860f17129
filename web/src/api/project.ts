import { graphql } from "./graphql";

export const PROJECT = graphql(`
  query Project($code: String!, $year: Int!, $lang: Lang!, $onBehalfOf: ID) {
    plan { id grades { id code label(lang: $lang) } }
    workflow { statusMoves { trigger from to label(lang: $lang) } }
    project(ref: { code: $code }) {
      id
      code
      title
      content
      expectedEffects
      status
      revision
      viewerCanChangeStatus(onBehalfOf: $onBehalfOf)
      viewerCanTransfer(onBehalfOf: $onBehalfOf)
      viewerCanCorrect(onBehalfOf: $onBehalfOf)
      viewerCanRevise(onBehalfOf: $onBehalfOf)
      policy { id code name }
      category { id code name }
      department { id name }
      group { id name }
      source { text mended { line before after note(lang: $lang) } }
      ownerships { id startsOn endsOn department { id name } group { id name } }
      cycles { id fiscalYear fiscalYearLabel(lang: $lang) stage indicators { id name unit baseline target actual } }
      currentCycle { id fiscalYear }
      rolledOutFrom { id code title department { id name } }
      rollouts {
        id
        message
        status
        answer
        viewerCanAnswer(onBehalfOf: $onBehalfOf)
        department { id name }
        cycle { id fiscalYearLabel(lang: $lang) }
        newProject { id code title }
      }
      findings {
        id
        number
        text
        status
        statusLabel(lang: $lang)
        answerDueOn
        raisedAt
        raisedBy { id name }
        answer
        answeredAt
        answeredBy { id name }
        followUpOn
        conclusion
        overdue
        viewerCanAnswer(onBehalfOf: $onBehalfOf)
      }
      cycle(fiscalYear: $year) {
        id
        fiscalYear
        fiscalYearLabel(lang: $lang)
        stage
        enteredStageAt
        dueOn
        overdue
        revision
        planRevision
        evaluator { id name }
        openSheetPart
        viewerCanEditSheet(onBehalfOf: $onBehalfOf)
        viewerCanAttach(onBehalfOf: $onBehalfOf)
        viewerCanProposeRollout(onBehalfOf: $onBehalfOf)
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
        indicators {
          id
          name
          unit
          baseline
          target
          actual
          qualitativeGoal
          reasonNoNumber
          result
          reasonNotMeasured
          withdrawn
        }
        spans { stage enteredAt leftAt seconds }
        transitions {
          id
          sequence
          recordedAt
          trigger
          from
          to
          reason
          approvalNumber
          report { text figures { name unit value } }
          actor { authority role person { id name } onBehalfOf { id name } department { id name } }
          rescindedBy { id }
        }
        evidence { id part name note mediaType size url withdrawn attachedAt attachedBy { id name } }
        availableTransitions(onBehalfOf: $onBehalfOf) {
          trigger
          from
          to
          label(lang: $lang)
          allowed
          blockedBy { code message(lang: $lang) fields resolvableBy { id name } }
        }
      }
    }
  }
`);

export const HISTORY = graphql(`
  query ProjectHistory($code: String!, $after: String) {
    project(ref: { code: $code }) {
      id
      history(first: 20, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          __typename
          id
          sequence
          recordedAt
          effectiveAt
          reason
          actor { authority role person { id name } onBehalfOf { id name } department { id name } }
          changes { subjectId subject field before after removed }
          cycle { id fiscalYear fiscalYearLabel }
          correctedBy { id sequence statement }
          ... on Transition { trigger from to approvalNumber report { text figures { name unit value } } }
          ... on Correction { statement corrects { id sequence } }
          ... on SheetEdit { part }
        }
      }
    }
  }
`);

export const EDIT = graphql(`
  mutation EditSheet($input: EditSheetInput!, $lang: Lang!) {
    editSheet(input: $input) {
      __typename
      ... on SheetEdited { cycle { id revision } }
      ... on RevisionConflict { currentRevision since { id recordedAt actor { person { id name } } } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
