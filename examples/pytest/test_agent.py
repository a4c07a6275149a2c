"""Run it with: npx callsheet serve scenarios/sales-total.yaml -- pytest examples/pytest"""

from agent import Agent
from anthropic import Anthropic


def test_computes_with_the_rows_it_fetched():
    agent = Agent(Anthropic())
    assert agent.ask("What did we earn with ABC123?") == "You earned 153.50."
    assert agent.ask("In which week did we sell the most?") == "In week 3, twelve units."
