"""Online: an intent becomes matches, a plan, trials, findings and beliefs."""
