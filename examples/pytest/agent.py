"""An agent as one may write it: a loop around the Messages API, and one tool that Claude's code may call."""

import json

SALES = {
    "ABC123": [
        {"week": 1, "units": 3, "price": 9.5},
        {"week": 2, "units": 4, "price": 9.5},
        {"week": 3, "units": 12, "price": 7.25},
    ]
}

TOOLS = [
    {"type": "code_execution_20260120", "name": "code_execution"},
    {
        "name": "fetch_sales_data",
        "description": "Sales rows of one SKU as a JSON list, each with week, units and price.",
        "input_schema": {
            "type": "object",
            "properties": {"sku": {"type": "string"}},
            "required": ["sku"],
        },
        "allowed_callers": ["code_execution_20260120"],
    },
]


class Agent:
    def __init__(self, client):
        self.client = client
        self.messages = []
        self.container = {}

    def ask(self, question):
        self.messages.append({"role": "user", "content": question})
        while True:
            message = self.client.messages.create(
                model="claude-sonnet-4-6",
                max_tokens=4096,
                tools=TOOLS,
                messages=self.messages,
                **self.container,
            )
            if message.container:
                self.container = {"container": message.container.id}
            self.messages.append({"role": "assistant", "content": message.content})
            calls = [block for block in message.content if block.type == "tool_use"]
            if not calls:
                return message.content[-1].text
            self.messages.append({"role": "user", "content": [result(call) for call in calls]})


def result(call):
    rows = SALES[call.input["sku"]]
    return {"type": "tool_result", "tool_use_id": call.id, "content": json.dumps(rows)}
