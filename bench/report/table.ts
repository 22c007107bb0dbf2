/**
 * Tables in Markdown, which can be read as text, too.
 *
 * @module
 */

/** A column's title, and where its cells stand. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Columns by their titles: texts first, to the left, then figures, to the right. */
export function columns(texts: readonly string[], figures: readonly string[]): Column[] {
  return [
    ...texts.map((title) => ({ title, align: "left" }) as const),
    ...figures.map((title) => ({ title, align: "right" }) as const),
  ];
}

/** The table's lines. Each row has a cell for each column. */
export function table(heads: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heads.map(({ title }, i) =>
    Math.max(title.length, 3, ...cells.map((row) => row[i]?.length ?? 0))
  );
  const line = (row: readonly string[]) => {
    const padded = heads.map(({ align }, i) => {
      const width = widths[i] as number;
      const cell = row[i] ?? "";
      return align === "left" ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = heads.map(({ align }, i) => {
    const dashes = "-".repeat((widths[i] as number) - 1);
    return align === "left" ? `${dashes}-` : `${dashes}:`;
  });
  return [line(heads.map(({ title }) => title)), line(rule), ...cells.map(line)].join("\n");
}
