import { graphql } from "./graphql";

/** What a list of appointments would lead to, and everything wrong with it. */
export const PREVIEW = graphql(`
  query PreviewAppointments($input: PreviewAppointmentsInput!, $lang: Lang!) {
    previewAppointments(input: $input) {
      __typename
      ... on AppointmentsPreview {
        sha256
        faults { line column message(lang: $lang) }
        steps {
          kind
          staffNumber
          name
          role
          startsOn
          endsOn
          line
          department { id name }
        }
      }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const APPLY = graphql(`
  mutation ApplyAppointments($input: ApplyAppointmentsInput!, $lang: Lang!) {
    done: applyAppointments(input: $input) {
      __typename
      ... on AppointmentsApplied { registered ended appointed entry { id sequence } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
