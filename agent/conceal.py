"""Keep what a policy hides out of what an engine says."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.records import Catalog, Policy, Verdict

_QUOTED = re.compile(r""""[^"]*"|`[^`]*`|(?<!\w)'[^']*'(?!\w)""")
_WORD = re.compile(r"\w+")


def conceal(verdict: Verdict, sql: str, catalog: Catalog, policy: Policy) -> Verdict:
    """The verdict without names that neither the statement nor the catalog has.

    An engine knows all columns, and offers those that are spelled like one that it does not find. It puts names in
    quotation marks.
    """
    if not verdict.findings or not (policy.tables or policy.hidden):
        return verdict
    texts = [sql, *(name for table in catalog.tables for name in (table.id, *(c.name for c in table.columns)))]
    known = set(_WORD.findall(" ".join(texts).casefold()))

    def veiled(found: re.Match[str]) -> str:
        quoted = found[0]
        return quoted if known.issuperset(_WORD.findall(quoted.casefold())) else f"{quoted[0]}…{quoted[-1]}"

    findings = (
        replace(finding, message=_QUOTED.sub(veiled, finding.message), hint=_QUOTED.sub(veiled, finding.hint))
        for finding in verdict.findings
    )
    return replace(verdict, findings=tuple(findings))
