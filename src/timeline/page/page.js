// The page's behaviour: shows what an item is about, and moves between items by keyboard. Whatever comes from the
// session goes in as text content, never as markup.
const data = JSON.parse(document.getElementById('data').textContent);
const texts = data.texts.map((text) =>
  typeof text === 'string' ? text : JSON.stringify(text, null, 2),
);
const panel = document.getElementById('details');
const items = [...document.querySelectorAll('.lane > g')];

/** The label, the times and the paragraphs of an item. */
function about({ id }) {
  const [session, number] = id.split('-');
  return data.items[session][number];
}

for (const item of items) {
  item.classList.add('item');
  item.setAttribute('role', 'button');
  item.setAttribute('tabindex', '-1');
  const [label] = about(item);
  const note = item.classList.contains('differs') ? ' (not as expected)' : '';
  const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  title.textContent = texts[label] + note;
  item.prepend(title);
}
let current = items[0];
let shown;

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

/** The longest text that stands beside its title. */
const SHORT = 80;

/** A paragraph of text; a line of code that is pointed at is marked. */
function paragraph([title, text, line]) {
  const lines = texts[text].split('\n');
  if (!line && lines.length === 1 && texts[text].length <= SHORT) {
    return [element('p', '', element('b', texts[title]), element('code', texts[text]))];
  }
  const heading = element('h3', texts[title]);
  if (!line || line > lines.length) return [heading, element('pre', texts[text])];
  const before = lines
    .slice(0, line - 1)
    .map((each) => `${each}\n`)
    .join('');
  const after = lines.slice(line).join('\n');
  return [heading, element('pre', before, element('mark', lines[line - 1]), `\n${after}`)];
}

function show(item) {
  close();
  const [label, at, until, ...details] = about(item);
  const when = at === until ? `at ${texts[at]}` : `from ${texts[at]} to ${texts[until]}`;
  panel.replaceChildren(
    element('h2', texts[label]),
    element('p', when),
    ...details.flatMap((detail) => paragraph(detail)),
  );
  panel.hidden = false;
  panel.scrollTop = 0;
  item.setAttribute('aria-pressed', 'true');
  item.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  shown = item;
}

function close() {
  shown?.removeAttribute('aria-pressed');
  shown = undefined;
  panel.hidden = true;
}

/** Only the current item is in the tab order; arrows move on from it. */
function moveTo(item) {
  current.setAttribute('tabindex', '-1');
  current = item;
  current.setAttribute('tabindex', '0');
  current.focus();
  current.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (shown) show(current);
}

/** The item beside the current one in its lane, or the nearest one of the next lane up or down. */
function neighbour(key) {
  const lanes = [...document.querySelectorAll('.lane')].map((lane) => [
    ...lane.querySelectorAll('.item'),
  ]);
  const at = lanes.findIndex((lane) => lane.includes(current));
  const lane = lanes[at];
  const place = lane.indexOf(current);
  if (key === 'ArrowRight') return lane[place + 1];
  if (key === 'ArrowLeft') return lane[place - 1];
  const other = key === 'ArrowDown' ? lanes[at + 1] : key === 'ArrowUp' ? lanes[at - 1] : undefined;
  const distance = (item) => Math.abs(left(item) - left(current));
  return other?.reduce((best, item) => (distance(item) < distance(best) ? item : best));
}

function left(item) {
  return item.getBoundingClientRect().left;
}

document.addEventListener('click', ({ target }) => {
  const item = target.closest('.item');
  if (!item) return;
  moveTo(item);
  show(item);
});

for (const scroll of document.querySelectorAll('.scroll')) {
  scroll.addEventListener('scroll', () => {
    scroll.style.setProperty('--scrolled', `${scroll.scrollLeft}px`);
  });
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return close();
  if (!event.target.closest?.('.item')) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    return show(current);
  }
  const next = neighbour(event.key);
  if (!next) return;
  event.preventDefault();
  moveTo(next);
});

current?.setAttribute('tabindex', '0');
