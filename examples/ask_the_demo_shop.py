"""Ask the demo shop from Python, and print what the answer rests on."""

from agent import Agent

with Agent.connect() as shop:
    answer = shop.ask("top 5 customers last month")

print(answer.explanation)
for row in answer.rows:
    print(*row, sep="\t")
print("SQL:", answer.sql)
print("Tables:", ", ".join(answer.tables))
for assumption in answer.assumptions:
    print("Assumed:", assumption)
