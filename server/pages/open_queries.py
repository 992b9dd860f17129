"""What the pages of open data ask the API."""

from typing import Final

_MUNICIPALITY: Final = "municipality { code name prefecture }"
OVERVIEW: Final = f"""
query OpenData {{
  viewer {{ person {{ name }} appointments {{ role }} }}
  plan {{
    title
    isSample
    fiscalYears {{ year }}
    {_MUNICIPALITY}
    policies {{ code name }}
  }}
}}
"""
_CYCLE: Final = "{ fiscalYear stage enteredStageAt dueOn overdue }"
_PROJECTS: Final = f"""
  plan {{
    {_MUNICIPALITY}
    policies {{
      code
      name
      categories {{
        code
        name
        projects {{
          code
          title
          content
          expectedEffects
          status
          department {{ name }}
          group {{ name }}
          %s {_CYCLE}
        }}
      }}
    }}
  }}
  workflow {{
    stages {{ stage label }}
    statuses {{ status label }}
  }}
"""
PROJECTS: Final = "query OpenProjects {" + _PROJECTS % "cycle: currentCycle" + "}"
PROJECTS_OF_YEAR: Final = (
    "query OpenProjects($year: Int!) {" + _PROJECTS % "cycle(fiscalYear: $year)" + "}"
)
INDICATORS: Final = f"""
query OpenIndicators {{
  plan {{
    {_MUNICIPALITY}
    policies {{
      categories {{
        projects {{
          code
          title
          cycles {{
            fiscalYear
            indicators {{
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
            }}
          }}
        }}
      }}
    }}
  }}
}}
"""
_COUNTS: Final = """{
    fiscalYear
    subject {
      __typename
      ... on Policy { code name }
      ... on Category { code name }
      ... on Department { name }
    }
    total
    closed
    overdue
    byStage { stage count }
  }"""
PROGRESS: Final = f"""
query OpenProgress($year: Int!) {{
  plan {{
    title
    {_MUNICIPALITY}
  }}
  all: progress(fiscalYear: $year) {_COUNTS}
  policy: progress(fiscalYear: $year, by: POLICY) {_COUNTS}
  category: progress(fiscalYear: $year, by: CATEGORY) {_COUNTS}
  department: progress(fiscalYear: $year, by: DEPARTMENT) {_COUNTS}
}}
"""
