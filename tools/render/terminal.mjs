// Turns the text of a terminal into HTML on a grid, so that columns stay columns
// whatever the fonts are.

const themes = {
  light: { page: '#ffffff', text: '#24292f', line: '#d0d7de', red: '#cf222e', green: '#116329', yellow: '#7d4e00', dim: '#57606a' },
  dark: { page: '#0d1117', text: '#e6edf3', line: '#30363d', red: '#ff7b72', green: '#3fb950', yellow: '#d29922', dim: '#8b949e' },
};

const wide = /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}])|\ufe0f/u;

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// grid gives each character that is not ASCII a box of one or two columns.
function grid(text) {
  let html = '';
  for (const { segment } of new Intl.Segmenter('ja').segment(text)) {
    html += /^[\x20-\x7e\n]$/.test(segment) ? escape(segment) : `<i class="${wide.test(segment) ? 'two' : 'one'}">${escape(segment)}</i>`;
  }
  return html;
}

// paint turns SGR sequences into elements; any other control is shown as a fault.
function paint(text, c) {
  const styles = { 1: 'font-weight:bold', 2: `color:${c.dim}`, 31: `color:${c.red}`, 32: `color:${c.green}`, 33: `color:${c.yellow}` };
  let html = '';
  let style = '';
  for (const part of text.split(/(\x1b\[[\d;]*m)/)) {
    const sgr = /^\x1b\[([\d;]*)m$/.exec(part);
    if (sgr) {
      style = sgr[1].split(';').map((code) => styles[code] ?? '').filter(Boolean).join(';');
    } else if (part) {
      html += style ? `<span style="${style}">${grid(part)}</span>` : grid(part);
    }
  }
  return html;
}

export function terminalPage(text, theme) {
  const c = themes[theme];
  return `<style>
    #picture { background: ${c.page}; color: ${c.text}; border: 1px solid ${c.line}; border-radius: 8px; padding: 16px 20px; }
    pre { margin: 0; font: 14px/20px 'DejaVu Sans Mono', 'Noto Sans Mono CJK JP', 'Noto Color Emoji', monospace; }
    pre i { display: inline-block; font-style: normal; height: 20px; vertical-align: top; overflow: visible; white-space: pre; }
    pre i.one { width: 1ch; } pre i.two { width: 16.86px; font-size: 16px; text-align: center; } /* 2ch of the 14px font */
  </style><pre>${paint(text.trimEnd(), c)}</pre>`;
}
