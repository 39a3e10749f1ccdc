"""Follow a question through the flow, check SQL of your own, and search the schema; nothing but `steps` runs SQL."""

from agent import Agent

with Agent.connect() as shop:
    for step in shop.steps("revenue by category last quarter"):
        print(type(step).__name__)

    verdict = shop.check("DELETE FROM customers")
    for finding in verdict.findings:
        print(f"{finding.rule}: {finding.message}")

    for table in shop.search("revenue by country", limit=3):
        print(f"{table.table.id} ({table.score:.3f}): {'; '.join(table.reasons)}")
