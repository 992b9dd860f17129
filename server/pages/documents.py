"""What the pages about accounts ask of the API."""

from typing import Final

_ERROR: Final = "... on UserError { code message en: message(lang: EN) }"

SIGN_IN: Final = f"""
mutation SignIn($input: SignInInput!) {{
  answer: signIn(input: $input) {{
    __typename
    ... on SlowedDown {{ retryAfterSeconds }}
    {_ERROR}
  }}
}}
"""
SIGN_OUT: Final = f"mutation SignOut {{ answer: signOut {{ __typename {_ERROR} }} }}"
RESET: Final = f"""
mutation RequestReset($login: String!) {{
  answer: requestReset(login: $login) {{
    __typename
    ... on SlowedDown {{ retryAfterSeconds }}
    {_ERROR}
  }}
}}
"""
LINK: Final = """
query Link($secret: String!) {
  link(secret: $secret) {
    purpose
    name
    login
    hasSecondFactor
    shortestPassword
    secondFactorOffer { secret uri }
  }
}
"""
ACCEPT: Final = f"""
mutation Accept($input: AcceptLinkInput!) {{
  answer: acceptLink(input: $input) {{
    __typename
    ... on SignedIn {{ recoveryCodes }}
    {_ERROR}
  }}
}}
"""
WHO: Final = "query Who { viewer { person { name } appointments { role } } }"
ACCOUNT: Final = """
query Account {
  viewer {
    person { id name staffNumber }
    appointments { role department { name } }
    secondFactorMissingFor
    account { login email hasSecondFactor recoveryCodesLeft lastSignedInAt previousSignedInAt }
    sessions { id isCurrent startedAt seenAt address userAgent secondFactor }
    tokens { id name scopes expiresAt lastUsedAt }
  }
}
"""
OFFER: Final = f"""
mutation Offer {{
  answer: beginSecondFactor {{ __typename ... on SecondFactorOffer {{ secret uri }} {_ERROR} }}
}}
"""
CHANGE_PASSWORD: Final = f"""
mutation ChangePassword($input: ChangePasswordInput!) {{
  answer: changePassword(input: $input) {{ __typename {_ERROR} }}
}}
"""
CONFIRM: Final = f"""
mutation Confirm($input: ConfirmSecondFactorInput!) {{
  answer: confirmSecondFactor(input: $input) {{
    __typename
    ... on RecoveryCodesMade {{ recoveryCodes }}
    {_ERROR}
  }}
}}
"""
NEW_CODES: Final = f"""
mutation NewCodes($input: PasswordInput!) {{
  answer: newRecoveryCodes(input: $input) {{
    __typename
    ... on RecoveryCodesMade {{ recoveryCodes }}
    {_ERROR}
  }}
}}
"""
REMOVE: Final = f"""
mutation Remove($input: PasswordInput!) {{
  answer: removeSecondFactor(input: $input) {{ __typename {_ERROR} }}
}}
"""
END_SESSION: Final = f"""
mutation EndSession($id: ID!) {{ answer: endSession(session: $id) {{ __typename {_ERROR} }} }}
"""
END_OTHERS: Final = f"mutation EndOthers {{ answer: endOtherSessions {{ __typename {_ERROR} }} }}"
REVOKE_TOKEN: Final = f"""
mutation RevokeToken($id: ID!) {{ answer: revokeToken(token: $id) {{ __typename {_ERROR} }} }}
"""
CREATE_TOKEN: Final = f"""
mutation CreateToken($input: CreateTokenInput!) {{
  answer: createToken(input: $input) {{ __typename ... on TokenCreated {{ secret }} {_ERROR} }}
}}
"""
PEOPLE: Final = """
query People {
  viewer { appointments { role } secondFactorMissingFor }
  people {
    id
    name
    staffNumber
    appointments { role department { name } }
    account { login email hasPassword hasSecondFactor disabled lastSignedInAt }
  }
}
"""
ISSUE_LINK: Final = f"""
mutation IssueLink($person: ID!, $clear: Boolean!, $mail: Boolean!) {{
  answer: issueLink(person: $person, clearSecondFactor: $clear, mail: $mail) {{
    __typename
    ... on LinkIssued {{ url mailedTo expiresAt }}
    {_ERROR}
  }}
}}
"""
DISABLE: Final = f"""
mutation Disable($person: ID!) {{
  answer: disableAccount(person: $person) {{ __typename {_ERROR} }}
}}
"""
ENABLE: Final = f"""
mutation Enable($person: ID!) {{
  answer: enableAccount(person: $person) {{ __typename {_ERROR} }}
}}
"""
CHANGE_EMAIL: Final = f"""
mutation ChangeEmail($input: ChangeEmailInput!) {{
  answer: changeEmail(input: $input) {{ __typename {_ERROR} }}
}}
"""
