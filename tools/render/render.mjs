// Makes pictures of messages and of terminal output, as people will see them.
//
//   node tools/render/render.mjs [--out DIR] [FILE…]
//
// FILE is a Slack message (JSON with blocks), a Teams message (JSON with an adaptive
// card in an attachment) or the text of a terminal. Without a FILE the pictures of
// the project are made. Nothing is loaded from the network. It exits with 1 if
// something does not fit its width.

import { createRequire } from 'node:module';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { colours, hostConfig } from './teams.mjs';
import { terminalPage } from './terminal.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const require = createRequire(import.meta.url);

// The project's own pictures: which files they come from, and how each is looked at.
const own = [
  { directory: 'notify/slack/testdata', ending: '.slack.json', views: [{ width: 680, theme: 'light' }, { width: 390, theme: 'dark' }] },
  { directory: 'notify/teams/testdata', ending: '.teams.json', views: [{ width: 720, theme: 'light' }, { width: 340, theme: 'dark' }] },
];
// Those that documents show are kept beside them; the others are for looking at.
const kept = { directory: join(root, 'docs/pictures'), names: ['daily.slack.680.light.png', 'daily.teams.340.dark.png'] };
const ownPictures = join(root, 'build/pictures');

// How wide each kind of message is on a desk and on a phone.
const widths = { slack: [680, 390], teams: [720, 340], terminal: [0] };
const themes = ['light', 'dark'];

const fonts = "'Segoe UI', Lato, 'Liberation Sans', 'Noto Sans CJK JP', 'Noto Color Emoji', sans-serif";

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (title, style, body) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>${escape(title)}</title><style>
  body { margin: 0; font-family: ${fonts}; } #picture { display: inline-block; box-sizing: border-box; }
  ${style}</style></head><body><div id="picture">${body}</div></body></html>`;

// Each kind turns a message into a page, and says what is left to do inside of it.
const kinds = {
  slack: {
    html(message, { width, theme }) {
      const { Message } = require('slack-blocks-to-jsx');
      const dark = theme === 'dark';
      const logo = `data:image/svg+xml,${encodeURIComponent(
        '<svg xmlns="http://www.w3.org/2000/svg" width="36" height="36"><rect width="36" height="36" fill="#b3261e"/>' +
          '<path d="M18 7v13M18 25v4" stroke="#fff" stroke-width="4"/></svg>')}`;
      const body = renderToStaticMarkup(createElement(Message, {
        blocks: message.blocks, name: 'breakglass-watch', logo, time: new Date('2026-11-23T06:00:00Z'), theme,
      }));
      const css = readFileSync(join(modules, 'slack-blocks-to-jsx/dist/style.css'), 'utf8');
      return page('Slack', `${css}
        #picture { width: ${width}px; padding: 12px; background: ${dark ? '#1a1d21' : '#ffffff'}; color: ${dark ? '#d1d2d3' : '#1d1c1d'}; }
        #picture * { font-family: ${fonts}; } #picture code, #picture code * { font-family: 'DejaVu Sans Mono', monospace; }
        #picture img { border-radius: 4px; }`,
      `<div data-theme="${theme}">${body}</div>`);
    },
  },
  teams: {
    html(message, { width, theme }) {
      const c = colours(theme);
      return page('Teams', `
        #picture { width: ${width}px; padding: 12px; background: ${c.page}; color: ${c.text}; }
        #card { background: ${c.card}; border: 1px solid ${c.line}; border-radius: 6px; overflow: hidden; }
        a { color: ${c.accent}; } p { margin: 0; } ul, ol { margin: 4px 0; padding-left: 24px; }
        .ac-pushButton { font: 600 14px ${fonts}; padding: 6px 12px; border: 1px solid ${c.line}; border-radius: 4px;
          background: ${c.card}; color: ${c.text}; }`, '<div id="card"></div>');
    },
    async fill(tab, message, { theme }) {
      await tab.addScriptTag({ path: join(modules, 'adaptivecards/dist/adaptivecards.min.js') });
      await tab.addScriptTag({ path: join(modules, 'markdown-it/dist/browser/markdown-it.umd.min.js') });
      return tab.evaluate(([content, config]) => {
        const { AdaptiveCard, HostConfig, SerializationContext } = window.AdaptiveCards;
        const markdown = new (window.markdownit.default ?? window.markdownit)();
        AdaptiveCard.onProcessMarkdown = (text, result) => {
          result.outputHtml = markdown.render(text);
          result.didProcess = true;
        };
        const card = new AdaptiveCard();
        card.hostConfig = new HostConfig(config);
        const context = new SerializationContext();
        card.parse(content, context);
        document.querySelector('#card').append(card.render());
        return Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i).message);
      }, [message.attachments[0].content, hostConfig(theme)]);
    },
  },
  terminal: {
    html: (text, { theme }) => page('Terminal', '', terminalPage(text, theme)),
  },
};

// files lists what a line of the project's own table stands for.
function files({ directory, ending, views }) {
  const names = readdirSync(join(root, directory)).filter((name) => name.endsWith(ending)).sort();
  if (!names.length) throw new Error(`${directory}: no file ends with ${ending}`);
  return names.map((name) => ({ file: join(root, directory, name), views }));
}

// read finds out what a file holds.
function read(file) {
  const text = readFileSync(file, 'utf8');
  if (!file.endsWith('.json')) return { kind: 'terminal', message: text };
  const message = JSON.parse(text);
  if (Array.isArray(message.blocks)) return { kind: 'slack', message };
  if (message.attachments?.[0]?.content?.type === 'AdaptiveCard') return { kind: 'teams', message };
  throw new Error(`${file}: neither a Slack message with blocks nor a Teams message with an adaptive card`);
}

function browser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const path = (process.env.PATH ?? '').split(delimiter);
  for (const place of process.env.CHROMIUM ? [process.env.CHROMIUM] : path.flatMap((dir) => names.map((name) => join(dir, name)))) {
    try {
      accessSync(place, constants.X_OK);
      return place;
    } catch {} // the next one
  }
  throw new Error('no chromium: install it (apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji) or set CHROMIUM to its path');
}

// tooWide lists what sticks out of the picture or is cut off inside of it.
const tooWide = () => {
  const limit = document.querySelector('#picture').getBoundingClientRect().right;
  return [...document.querySelectorAll('#picture *')]
    .filter((e) => e.getBoundingClientRect().right > limit + 1 ||
      (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden' && e.clientWidth > 0))
    .map((e) => `<${e.tagName.toLowerCase()}> ${e.textContent.trim().slice(0, 60)}`);
};

// draw makes one picture and returns what is wrong with it.
async function draw(chrome, { kind, message }, view, out) {
  const faults = [];
  const context = await chrome.newContext({
    viewport: { width: view.width || 1600, height: 800 }, deviceScaleFactor: 2, colorScheme: view.theme, offline: true, timezoneId: 'UTC',
  });
  try {
    await context.route('**/*', (route) => {
      faults.push(`wants ${route.request().url()}`);
      return route.abort();
    });
    const tab = await context.newPage();
    tab.on('pageerror', (error) => faults.push(String(error)));
    await tab.setContent(kinds[kind].html(message, view));
    faults.push(...((await kinds[kind].fill?.(tab, message, view)) ?? []));
    await tab.evaluate(() => document.fonts.ready);
    faults.push(...(await tab.evaluate(tooWide)).map((what) => `does not fit: ${what}`));
    await tab.locator('#picture').screenshot({ path: out, animations: 'disabled' });
  } finally {
    await context.close();
  }
  return faults;
}

async function main() {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
  const out = values.out ?? (positionals.length ? '.' : ownPictures);
  const sources = positionals.length ? positionals.map((file) => ({ file })) : own.flatMap(files);
  for (const directory of [out, kept.directory]) mkdirSync(directory, { recursive: true });
  const chrome = await chromium.launch({
    executablePath: browser(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    for (const source of sources) {
      const content = read(source.file);
      const all = widths[content.kind].flatMap((width) => themes.map((theme) => ({ width, theme })));
      for (const view of source.views ?? all) {
        const name = [basename(source.file).replace(/\.(json|txt|golden)$/, ''), view.width || [], view.theme, 'png'].flat().join('.');
        const directory = out === ownPictures && kept.names.includes(name) ? kept.directory : out;
        const faults = await draw(chrome, content, view, join(directory, name));
        console.log(join(directory, name));
        for (const fault of faults) console.error(`${name}: ${fault}`);
        if (faults.length) process.exitCode = 1;
      }
    }
  } finally {
    await chrome.close();
  }
}

await main();
