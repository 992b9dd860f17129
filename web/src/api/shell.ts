import { graphql } from "./graphql";

/** Who is there. */
export const WHO = graphql(`query Who { viewer { person { id } } }`);

/** What the frame around every screen shows: who asks, which plan it is, and what things are called. */
export const SHELL = graphql(`
  query Shell($lang: Lang!) {
    viewer {
      person { id name }
      appointments { id role startsOn endsOn department { id name } }
      actsFor { person { id name appointments { id role department { id name } } } }
      secondFactorMissingFor
    }
    plan {
      id
      title
      published
      isSample
      firstFiscalYear
      lastFiscalYear
      fiscalYears { year label(lang: $lang) }
      municipality { name prefecture }
      policies { id code name categories { id code name } }
    }
    departments { id name groups { id name } }
    workflow {
      stages { stage label(lang: $lang) }
      statuses { status label(lang: $lang) }
    }
    integrity { verified }
    history(first: 1) { nodes { sequence } }
  }
`);
