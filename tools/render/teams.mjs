// The host configuration of Teams, as far as a picture needs it: sizes and colours
// close to those of the client. Its own are not published for use outside of it.

const themes = {
  light: {
    page: '#f5f5f5', card: '#ffffff', text: '#242424', subtle: '#616161', line: '#e0e0e0',
    accent: '#4f52b2', good: '#237b4b', warning: '#a5401d', attention: '#c4314b',
    emphasis: '#f5f5f5', goodBack: '#e7f2da', warningBack: '#fbf0d9', attentionBack: '#fcf0f0', accentBack: '#e8ebfa',
  },
  dark: {
    page: '#1f1f1f', card: '#292929', text: '#ffffff', subtle: '#adadad', line: '#525252',
    accent: '#a6a7f0', good: '#92c353', warning: '#ffaa44', attention: '#f9526b',
    emphasis: '#333333', goodBack: '#1d2b16', warningBack: '#3a2c10', attentionBack: '#3b1a20', accentBack: '#2f2f4a',
  },
};

export const colours = (theme) => themes[theme];

export function hostConfig(theme) {
  const c = themes[theme];
  const shade = (colour) => ({ default: colour, subtle: colour });
  const foregroundColors = {
    default: { default: c.text, subtle: c.subtle },
    dark: shade('#242424'), light: shade('#ffffff'),
    accent: shade(c.accent), good: shade(c.good), warning: shade(c.warning), attention: shade(c.attention),
  };
  const style = (backgroundColor) => ({ backgroundColor, borderColor: c.line, foregroundColors });
  const font = (fontFamily) => ({
    fontFamily,
    fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
  });
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: c.line },
    fontTypes: { default: font('inherit'), monospace: font("'Noto Sans Mono CJK JP', monospace") },
    textStyles: { heading: { size: 'large', weight: 'bolder' }, columnHeader: { weight: 'bolder' } },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: style(c.card), emphasis: style(c.emphasis), accent: style(c.accentBack),
      good: style(c.goodBack), warning: style(c.warningBack), attention: style(c.attentionBack),
    },
    actions: {
      maxActions: 6, spacing: 'default', buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 16 },
    },
    adaptiveCard: { allowCustomStyle: false },
    factSet: {
      title: { color: 'default', size: 'default', weight: 'bolder', wrap: true, maxWidth: 150 },
      value: { color: 'default', size: 'default', weight: 'default', wrap: true },
      spacing: 16,
    },
    table: { cellSpacing: 8 },
  };
}
