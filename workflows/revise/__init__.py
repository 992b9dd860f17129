"""Every act beside the moves of a cycle: sheets, status, ownership, the plan, people, rollouts."""
