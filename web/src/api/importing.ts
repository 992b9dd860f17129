import { graphql } from "./graphql";

/** What a later text of the plan would change, what is mended in it, and everything wrong with it. */
export const PREVIEW = graphql(`
  query PreviewPlan($input: PreviewPlanInput!, $lang: Lang!) {
    previewPlan(input: $input) {
      __typename
      ... on PlanPreview {
        summary { title published municipalityName policyCount categoryCount projectCount departmentCount }
        problems { line kind message(lang: $lang) }
        problemCount
        mended { line where rule before after note(lang: $lang) }
        mendedCount
        isUnchanged
        added { code title owner }
        addedCount
        changed { code title owner changes { name before after } }
        changedCount
        missing { code title owner }
        missingCount
        headings { code name changes { name before after } }
        newUnits
        blockedBy { kind message(lang: $lang) }
        sha256
      }
      ... on UserError { message(lang: $lang) }
    }
  }
`);

export const IMPORT = graphql(`
  mutation ImportPlan($input: ImportPlanInput!, $lang: Lang!) {
    importPlan(input: $input) {
      __typename
      ... on PlanImported { addedCount changedCount replayed entry { id sequence } }
      ... on UserError { message(lang: $lang) }
    }
  }
`);
