import { graphql } from "./graphql";
import { LINE } from "./search";

/** How each project went, and how many entries stand out. */
export const SCRUTINY = graphql(`
  query Scrutiny($year: Int!) {
    scrutiny(fiscalYear: $year) {
      projects {
        returns
        rescinds
        refusals
        planRevisions
        project { id code title department { id name } cycle(fiscalYear: $year) { id } }
        stages { stage seconds }
      }
      actedFor { person { id name } onBehalfOf { id name } entries { totalCount } }
      outsideOfficeHours { totalCount }
      editedAfterApproval { totalCount }
      recordedLate { totalCount }
      bulk { totalCount nodes { startedAt endedAt person { id name } entries { totalCount nodes { id sequence } } } }
    }
  }
`);

/** The entries themselves, asked once somebody wants to see them. */
export const STANDING_OUT = graphql(
  `
    query StandingOut($year: Int!, $hours: Boolean!, $edited: Boolean!, $late: Boolean!) {
      scrutiny(fiscalYear: $year) {
        outsideOfficeHours @include(if: $hours) { nodes { ...Line } }
        editedAfterApproval @include(if: $edited) { nodes { ...Line } }
        recordedLate @include(if: $late) { nodes { ...Line } }
      }
    }
  `,
  [LINE],
);
