"""The conversation that `callsheet probe` wants held: a JSON file, named by an environment variable."""

import json
import os
import sys


class Conversation:
    def __init__(self):
        with open(os.environ["CALLSHEET_CONVERSATION"]) as file:
            data = json.load(file)
        self.model = data["model"]
        self.prompts = data["prompts"]
        self.tools = data["tools"]
        self.answers = data["answers"]

    @property
    def own_tools(self):
        """The tools the client runs, without code execution."""
        return [tool for tool in self.tools if "input_schema" in tool]

    def answer(self, name, arguments):
        """What a tool answers: its content, and whether that is an error."""
        for answer in self.answers.get(name, []):
            if answer.get("input", arguments) == arguments:
                return answer["content"], answer.get("is_error", False)
        return f"No answer is for these arguments: {name}({json.dumps(arguments)})", True


def hold(**ways):
    """Holds the conversation in the way the command line names."""
    ways[sys.argv[1]](Conversation())
