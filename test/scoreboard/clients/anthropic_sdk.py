"""Python's `anthropic` as its documentation uses it: a loop around `create` or `stream`, and the tool runner."""

from anthropic import Anthropic, beta_tool
from anthropic.lib.tools import ToolError

from conversation import hold

MAX_TOKENS = 4096


def converse(conversation, send):
    """The loop of the documentation: forwards the container, answers all calls in one message."""
    messages = []
    container = {}
    for prompt in conversation.prompts:
        messages.append({"role": "user", "content": prompt})
        while True:
            message = send(
                model=conversation.model,
                max_tokens=MAX_TOKENS,
                tools=conversation.tools,
                messages=messages,
                **container,
            )
            if message.container:
                container = {"container": message.container.id}
            messages.append({"role": "assistant", "content": message.content})
            if message.stop_reason != "tool_use":
                break
            messages.append({"role": "user", "content": results(conversation, message)})


def results(conversation, message):
    blocks = []
    for call in message.content:
        if call.type == "tool_use":
            content, is_error = conversation.answer(call.name, call.input)
            blocks.append(
                {
                    "type": "tool_result",
                    "tool_use_id": call.id,
                    "content": content,
                    "is_error": is_error,
                }
            )
    return blocks


def create(conversation):
    converse(conversation, Anthropic(max_retries=0).messages.create)


def stream(conversation):
    client = Anthropic(max_retries=0)

    def send(**params):
        with client.messages.stream(**params) as events:
            return events.get_final_message()

    converse(conversation, send)


def tool_runner(conversation, **options):
    """The second turn goes on with the messages and the container of the first."""
    client = Anthropic(max_retries=0)
    messages = []
    container = {}
    for prompt in conversation.prompts:
        messages.append({"role": "user", "content": prompt})
        runner = client.beta.messages.tool_runner(
            model=conversation.model,
            max_tokens=MAX_TOKENS,
            tools=[runnable(conversation, tool) for tool in conversation.tools],
            messages=list(messages),
            **container,
            **options,
        )
        for message in runner:
            if message.container:
                container = {"container": message.container.id}
            messages.append({"role": "assistant", "content": message.content})
            answers = runner.generate_tool_call_response()
            if answers:
                messages.append(answers)


def thread(conversation):
    """One thread for the whole conversation."""
    client = Anthropic(max_retries=0)
    held = client.beta.messages.thread(
        model=conversation.model,
        max_tokens=MAX_TOKENS,
        tools=[runnable(conversation, tool) for tool in conversation.tools],
    )
    for prompt in conversation.prompts:
        held.append({"role": "user", "content": prompt})
        held.tool_runner().until_done()


def runnable(conversation, tool):
    if "input_schema" not in tool:
        return tool

    def run(**arguments):
        content, is_error = conversation.answer(tool["name"], arguments)
        if is_error:
            raise ToolError(content)
        return content

    return beta_tool(
        run,
        name=tool["name"],
        description=tool["description"],
        input_schema=tool["input_schema"],
        allowed_callers=tool["allowed_callers"],
    )


if __name__ == "__main__":
    hold(
        create=create,
        stream=stream,
        tool_runner=tool_runner,
        tool_runner_no_threads=lambda conversation: tool_runner(conversation, thread=False),
        thread=thread,
    )
