"""pydantic-ai: an agent with the code execution tool and tools of its own."""

from pydantic_ai import Agent, CodeExecutionTool, ModelRetry, Tool
from pydantic_ai.capabilities import NativeTool
from pydantic_ai.models.anthropic import AnthropicModel

from conversation import hold


def converse(conversation, settings):
    agent = Agent(
        AnthropicModel(conversation.model),
        tools=[tool_of(conversation, tool) for tool in conversation.own_tools],
        capabilities=[NativeTool(CodeExecutionTool())],
        model_settings={"max_tokens": 4096, **settings},
    )
    messages = []
    for prompt in conversation.prompts:
        messages = agent.run_sync(prompt, message_history=messages).all_messages()


def tool_of(conversation, tool):
    def run(**arguments):
        content, is_error = conversation.answer(tool["name"], arguments)
        if is_error:
            raise ModelRetry(content)
        return content

    return Tool.from_schema(run, tool["name"], tool["description"], tool["input_schema"])


if __name__ == "__main__":
    hold(
        # It has no way to say that code may call a tool.
        plain=lambda conversation: converse(conversation, {}),
        # Tools in `extra_body` replace those it declares.
        extra_body=lambda conversation: converse(
            conversation, {"extra_body": {"tools": conversation.tools}}
        ),
    )
