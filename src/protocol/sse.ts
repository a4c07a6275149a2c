/** One server-sent event: its name (`message` when it has none) and its data, as they were sent. */
export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Reads a text of server-sent events, following the event stream format of the HTML standard (section 9.2.6).
 *
 * One thing is more lenient: an event that the end of the text leaves open counts, for recordings often lose their last
 * blank line.
 */
export function readServerSentEvents(text: string): ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  let name = '';
  let data: string[] = [];
  for (const line of [...text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/), '']) {
    if (line === '') {
      if (data.length > 0) events.push({ name: name || 'message', data: data.join('\n') });
      name = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return events;
}
