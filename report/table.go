package report

import (
	"fmt"
	"slices"
	"strings"

	"breakglass/checks"
	"breakglass/display"
)

// maxOthers is how many users that are not accounts have a row each.
const maxOthers = 3

// A row is one line of the table: what it is about, and its results.
type row struct {
	name    string
	results []checks.Result
}

// table shows every account against every area of the checks. Where the areas do
// not fit beside each other, the table goes on below.
func (p *page) table(r checks.Report, names names) {
	if len(r.Results) == 0 {
		return
	}
	p.section(p.say("At a glance"))
	rows := rowsOf(r, names)
	nameWidth := 0
	for _, row := range rows {
		nameWidth = max(nameWidth, cells.StringWidth(row.name))
	}
	nameWidth = min(nameWidth, p.width*2/5)
	var block []column
	used := nameWidth
	for _, area := range areasOf(r.Results) {
		c := columnOf(area, rows, p.width-nameWidth-2)
		if used+2+c.width > p.width {
			p.block(nameWidth, rows, block)
			p.line("")
			block, used = nil, nameWidth
		}
		block = append(block, c)
		used += 2 + c.width
	}
	p.block(nameWidth, rows, block)
	p.para(dim, "", dim, p.say("✓ passes · ✗ how many fail · ? how many could not be checked · – not applicable"))
}

// A column is an area of the checks: what its cells say, row by row.
type column struct {
	area  string
	width int
	cells []cell
}

func columnOf(area string, rows []row, limit int) column {
	c := column{area: area, width: cells.StringWidth(area)}
	for _, row := range rows {
		cell := cellOf(area, row.results)
		c.cells = append(c.cells, cell)
		c.width = max(c.width, cells.StringWidth(cell.text))
	}
	c.width = min(c.width, limit)
	return c
}

// block writes the rows with some of the columns.
func (p *page) block(nameWidth int, rows []row, columns []column) {
	var head strings.Builder
	head.WriteString(strings.Repeat(" ", nameWidth))
	for _, c := range columns {
		head.WriteString("  " + pad(c.area, c.width))
	}
	p.line(head.String())
	for i, row := range rows {
		if !slices.ContainsFunc(columns, func(c column) bool { return c.cells[i].text != "" }) {
			continue
		}
		var line strings.Builder
		line.WriteString(pad(row.name, nameWidth))
		for _, c := range columns {
			gap := strings.Repeat(" ", max(0, c.width-cells.StringWidth(c.cells[i].text)))
			line.WriteString("  " + p.paint(c.cells[i].style, c.cells[i].text) + gap)
		}
		p.line(line.String())
	}
}

// A cell sums up the results of one row in one area.
type cell struct {
	text  string
	style style
}

func cellOf(area string, results []checks.Result) cell {
	c := countOf(slices.DeleteFunc(slices.Clone(results), func(r checks.Result) bool { return areaOf(r) != area }))
	switch {
	case c.fail > 0 && c.unknown > 0:
		return cell{fmt.Sprintf("%s %d %s %d", display.No, c.fail, display.Unknown, c.unknown), red}
	case c.fail > 0:
		return cell{fmt.Sprintf("%s %d", display.No, c.fail), red}
	case c.unknown > 0:
		return cell{fmt.Sprintf("%s %d", display.Unknown, c.unknown), yellow}
	case c.pass > 0:
		return cell{display.Yes, green}
	case c.notApplicable > 0:
		return cell{display.Neither, plain}
	}
	return cell{}
}

// areaOf is the first word of the check's id.
func areaOf(r checks.Result) string {
	area, _, _ := strings.Cut(r.Check, "-")
	return area
}

func areasOf(results []checks.Result) []string {
	var areas []string
	for _, r := range results {
		areas = display.Once(areas, areaOf(r))
	}
	return areas
}

// rowsOf gives every account a row, then the tenant, then what else there is.
func rowsOf(r checks.Report, names names) []row {
	accounts := map[string]int{}
	rows := make([]row, 0, len(r.Accounts)+4)
	for _, a := range r.Accounts {
		if _, twice := accounts[a.ID]; !twice {
			accounts[a.ID] = len(rows)
			rows = append(rows, row{name: nameOf(a)})
		}
	}
	others := map[checks.SubjectType][]checks.Result{}
	var order []checks.SubjectType
	for _, result := range r.Results {
		t := result.Subject.Type
		if i, ok := accounts[result.Subject.ID]; ok && t == checks.SubjectUser {
			rows[i].results = append(rows[i].results, result)
			continue
		}
		if _, known := others[t]; !known {
			order = append(order, t)
		}
		others[t] = append(others[t], result)
	}
	for _, t := range order {
		rows = append(rows, otherRows(t, others[t], names)...)
	}
	return rows
}

// others names several subjects of a type.
func (n names) others(count int, t checks.SubjectType) string {
	switch t {
	case checks.SubjectUser:
		return n.Say("%d other users", count)
	case checks.SubjectPolicy:
		return n.Say("%d policies", count)
	case checks.SubjectGroup:
		return n.Say("%d groups", count)
	case checks.SubjectApplication:
		return n.Say("%d applications", count)
	case checks.SubjectTenant:
	}
	return n.Say("%d others", count)
}

// otherRows gives a few subjects of a type a row each, and many one row together.
func otherRows(t checks.SubjectType, results []checks.Result, names names) []row {
	bySubject := display.Grouped(results, func(r checks.Result) string { return r.Subject.ID })
	if t != checks.SubjectTenant && len(bySubject) > maxOthers {
		return []row{{names.others(len(bySubject), t), results}}
	}
	rows := make([]row, len(bySubject))
	for i, g := range bySubject {
		rows[i] = row{names.Plain(g[0].Subject), g}
	}
	return rows
}
