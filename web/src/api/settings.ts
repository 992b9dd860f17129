import { graphql } from "./graphql";

/** How the installation is set up and how it fares; null for others than admins. */
export const INSTALLATION = graphql(`
  query Installation($lang: Lang!) {
    installation {
      version
      database
      publicUrl
      startedAt
      proxyUserHeader
      trustedProxies
      settingGroups {
        name
        title(lang: $lang)
        settings { name variable value default isSet isChanged isSecret description(lang: $lang) }
      }
      identityProvider {
        issuer
        clientId
        callbackUrl
        loginClaim
        groupClaim
        group
        lastTry { triedAt hasWorked failure }
      }
      mail { server sender lastTry { triedAt hasWorked failure } }
      record {
        checkpointMinutes
        hasKey
        hasDiverged
        witnessCount
        selfCheckMinutes
        lastCheckpoint { treeSize signedAt }
        integrity { verified checkedAt eventsChecked }
      }
    }
    plan {
      id
      grades { id code label(lang: $lang) rollsOut }
      fiscalYears { year label(lang: $lang) }
    }
    departments { id name groups { id name } }
  }
`);
