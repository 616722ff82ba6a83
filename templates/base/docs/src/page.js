// Owned by mcpgen: edits are overwritten.
// Shows /openapi.json. Everything from the document is set as text, never as markup.

const DEEPEST = 6;
let spec;
let key = '';

const find = (selector, root = document) => root.querySelector(selector);

function make(tag, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

const headers = () => (key ? { Authorization: `Bearer ${key}` } : {});

async function start() {
  const state = find('#state');
  let response;
  try {
    response = await fetch('/openapi.json', { headers: headers() });
  } catch (error) {
    state.textContent = `The server cannot be reached: ${error.message}`;
    return;
  }
  if (response.status === 401) {
    find('#access').hidden = false;
    state.textContent = key
      ? 'The server does not accept this key.'
      : 'This server asks for a key. It is kept in this page only, and forgotten with it.';
    find('#key').focus();
    return;
  }
  if (!response.ok) {
    state.textContent = `/openapi.json cannot be read: the server answered with ${response.status}.`;
    return;
  }
  spec = await response.json();
  show();
}

function show() {
  const { title, version, description } = spec.info;
  document.title = title;
  find('#title').replaceChildren(title, make('small', { textContent: version }));
  find('#description').textContent = description;
  find('#access').hidden = !spec.security;
  find('#state').textContent = '';
  const entries = Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const isTool = ({ path }) => path.startsWith('/api/v1/tools/');
  find('#tool-list').replaceChildren(...entries.filter(isTool).map(entry));
  find('#endpoint-list').replaceChildren(...entries.filter((one) => !isTool(one)).map(entry));
  find('#mcp-config').textContent = mcpConfig(title);
  find('main').hidden = false;
  open();
}

function mcpConfig(title) {
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const server = { type: 'http', url: `${location.origin}/mcp` };
  if (spec.security) server.headers = { Authorization: 'Bearer …' };
  return JSON.stringify({ mcpServers: { [name]: server } }, null, 2);
}

function entry({ path, method, operation }) {
  const element = find('#entry').content.cloneNode(true).firstElementChild;
  const isTool = path.startsWith('/api/v1/tools/');
  element.id = operation.operationId;
  find('.method', element).textContent = method.toUpperCase();
  find('.path', element).textContent = isTool ? operation.operationId : path;
  find('.summary', element).textContent = operation.summary ?? operation.description ?? '';
  find('.about', element).textContent = operation.summary ? (operation.description ?? '') : '';
  const input = operation.requestBody?.content['application/json'].schema;
  const data = resolve(operation.responses['200'].content['application/json']?.schema)?.properties?.data;
  if (input) find('.input', element).append(...fields('Takes', input));
  if (isTool && data) find('.output', element).append(...fields('Gives', data));
  const text = find('textarea', element);
  if (input) text.value = JSON.stringify(sample(input), null, 2);
  else if (operation.parameters) text.value = query(operation.parameters);
  else find('.body', element).remove();
  if (!input && operation.parameters) find('.body span', element).textContent = 'Query';
  find('form', element).addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(element, path, method, input ? { body: text.value } : { query: text.value });
  });
  return element;
}

const query = (parameters) => parameters.map(({ name, schema }) => `${name}=${sample(schema)}`).join('&');

async function attempt(element, path, method, { body, query }) {
  const button = find('button', element);
  const answer = find('.answer', element);
  const started = performance.now();
  button.disabled = true;
  try {
    const response = await fetch(query ? `${path}?${query}` : path, {
      method: method.toUpperCase(),
      headers: body === undefined ? headers() : { ...headers(), 'Content-Type': 'application/json' },
      body,
    });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    const status = make('p', {
      className: response.ok ? 'ok' : 'error',
      textContent: `${response.status} in ${took} ms`,
    });
    answer.replaceChildren(status, make('pre', { tabIndex: 0, textContent: pretty(text) }));
  } catch (error) {
    answer.replaceChildren(make('p', { className: 'error', textContent: error.message }));
  }
  button.disabled = false;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** The schema that a reference means. */
function resolve(schema) {
  for (let depth = 0; schema?.$ref && depth < DEEPEST; depth += 1) {
    const steps = schema.$ref.split('/').slice(1);
    schema = steps.reduce((place, step) => place?.[step.replace(/~1/g, '/').replace(/~0/g, '~')], spec);
  }
  return schema;
}

/** A table of the fields of a schema, and the schema itself. */
function fields(title, schema) {
  const rows = rowsOf(schema, '', 0);
  const heading = ['Field', 'Type', 'Default', 'About'].map((text) => make('th', { scope: 'col', textContent: text }));
  const table = make('table', {}, make('thead', {}, make('tr', {}, ...heading)), make('tbody', {}, ...rows));
  const raw = make('pre', { tabIndex: 0, textContent: JSON.stringify(schema, null, 2) });
  const whole = make('details', {}, make('summary', { className: 'hint', textContent: 'JSON Schema' }), raw);
  const shown = rows.length ? make('div', { className: 'scroll' }, table) : make('p', { className: 'hint', textContent: kind(schema) });
  return [make('p', {}, make('strong', { textContent: title })), shown, whole];
}

function rowsOf(schema, prefix, depth) {
  const { properties = {}, required = [] } = resolve(schema) ?? {};
  return Object.entries(properties).flatMap(([name, given]) => {
    const field = resolve(given) ?? {};
    const items = resolve(field.items);
    const label = prefix + name;
    const first = make('td', {}, make('code', { textContent: label }));
    if (required.includes(name)) first.append(make('span', { className: 'hint', textContent: ' required' }));
    const initial = make('td', {});
    if ('default' in field) initial.append(make('code', { textContent: JSON.stringify(field.default) }));
    const about = [given.description ?? field.description, ...limits(field)].filter(Boolean).join('; ');
    const row = make('tr', {}, first, make('td', { textContent: kind(field) }), initial, make('td', { textContent: about }));
    if (depth >= DEEPEST) return [row];
    const inner = items?.properties ? rowsOf(items, `${label}[].`, depth + 1) : rowsOf(field, `${label}.`, depth + 1);
    return [row, ...inner];
  });
}

function kind(schema) {
  const field = resolve(schema) ?? {};
  if (field.enum) return field.enum.map((value) => JSON.stringify(value)).join(' | ');
  const type = [field.type ?? 'anything'].flat().join(' | ');
  if (type === 'array' && field.items) return `array of ${kind(field.items)}`;
  return field.format ? `${type} (${field.format})` : type;
}

function limits(field) {
  const words = {
    minimum: (limit) => `at least ${limit}`,
    maximum: (limit) => `at most ${limit}`,
    exclusiveMinimum: (limit) => `more than ${limit}`,
    exclusiveMaximum: (limit) => `less than ${limit}`,
    minLength: (limit) => `characters: ${limit} or more`,
    maxLength: (limit) => `characters: ${limit} or fewer`,
    minItems: (limit) => `items: ${limit} or more`,
    maxItems: (limit) => `items: ${limit} or fewer`,
    pattern: (limit) => `matches ${limit}`,
  };
  return Object.keys(words).filter((name) => name in field).map((name) => words[name](field[name]));
}

/** A value that fits a schema, as far as that is easily said. */
function sample(schema, depth = 0) {
  const field = resolve(schema) ?? {};
  if ('default' in field) return field.default;
  if (field.examples?.length) return field.examples[0];
  if (field.enum) return field.enum[0];
  switch ([field.type].flat()[0]) {
    case 'object': {
      if (depth >= DEEPEST) return {};
      const entries = Object.entries(field.properties ?? {});
      const needed = entries.filter(([name, of]) => field.required?.includes(name) || 'default' in (resolve(of) ?? {}));
      return Object.fromEntries(needed.map(([name, of]) => [name, sample(of, depth + 1)]));
    }
    case 'array': return field.minItems && depth < DEEPEST ? [sample(field.items, depth + 1)] : [];
    case 'integer':
    case 'number': return Math.max(field.minimum ?? 1, 1);
    case 'boolean': return true;
    case 'string': return 'text';
    default: return null;
  }
}

/** Opens the entry that the address names. */
function open() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.matches('details')) {
    target.open = true;
    target.scrollIntoView();
  }
}

find('#access').addEventListener('submit', (event) => {
  event.preventDefault();
  key = find('#key').value.trim();
  start();
});
addEventListener('hashchange', open);
start();
