import { graphql } from "./graphql";

/** Everybody, what they are appointed to, and how they sign in; accounts only where the viewer may see them. */
export const PEOPLE = graphql(`
  query People {
    people {
      id
      name
      staffNumber
      career { id role startsOn endsOn department { id name } }
      account {
        login
        email
        lastSignedInAt
        hasPassword
        hasSecondFactor
        recoveryCodesLeft
        fromProvider
        disabled
      }
    }
  }
`);

export const REGISTER = graphql(`
  mutation RegisterPerson($input: RegisterPersonInput!, $lang: Lang!) {
    done: registerPerson(input: $input) {
      __typename
      ... on PersonRegistered { person { id staffNumber } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const APPOINT = graphql(`
  mutation Appoint($input: AppointInput!, $lang: Lang!) {
    done: appoint(input: $input) {
      __typename
      ... on AppointmentChanged { appointment { id } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const END_APPOINTMENT = graphql(`
  mutation EndAppointment($input: EndAppointmentInput!, $lang: Lang!) {
    done: endAppointment(input: $input) {
      __typename
      ... on AppointmentChanged { appointment { id } }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const ISSUE_LINK = graphql(`
  mutation IssueLink($person: ID!, $clear: Boolean!, $mail: Boolean!, $lang: Lang!) {
    done: issueLink(person: $person, clearSecondFactor: $clear, mail: $mail) {
      __typename
      ... on LinkIssued { url mailedTo expiresAt }
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const DISABLE = graphql(`
  mutation DisableAccount($person: ID!, $lang: Lang!) {
    done: disableAccount(person: $person) {
      __typename
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const ENABLE = graphql(`
  mutation EnableAccount($person: ID!, $lang: Lang!) {
    done: enableAccount(person: $person) {
      __typename
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const CHANGE_LOGIN = graphql(`
  mutation ChangeLogin($input: ChangeLoginInput!, $lang: Lang!) {
    done: changeLogin(input: $input) {
      __typename
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);

export const CHANGE_EMAIL = graphql(`
  mutation ChangeEmail($input: ChangeEmailInput!, $lang: Lang!) {
    done: changeEmail(input: $input) {
      __typename
      ... on Blocked { blockedBy { code message(lang: $lang) } }
      ... on UserError { code message(lang: $lang) path }
    }
  }
`);
