/** Content by media type, as in a notebook: text, base64 for binary types, a value for JSON types. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One output of a cell, as nbformat 4 stores it; text is kept whole, not yet split into lines. */
export type NotebookOutput =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: object }
  | { readonly output_type: "execute_result"; readonly execution_count: number; readonly data: MimeBundle; readonly metadata: object }
  | { readonly output_type: "error"; readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] };

interface DisplayContent {
  readonly data: MimeBundle;
  readonly metadata: object;
  readonly transient?: { readonly display_id?: string };
}

/** Turns a kernel's published messages into the outputs of its cells. One for a kernel, since displays are updated across cells. */
export class OutputCollector {
  private readonly displays = new Map<string, { outputs: NotebookOutput[]; index: number }[]>();

  /** Adds what a message brings to `outputs`, the list of the cell that it belongs to. */
  add(outputs: NotebookOutput[], type: string, content: unknown): void {
    switch (type) {
      case "stream": return this.addText(outputs, content as { name: "stdout" | "stderr"; text: string });
      case "display_data": return this.addDisplay(outputs, content as DisplayContent);
      case "update_display_data": return this.updateDisplay(content as DisplayContent);
      case "execute_result": {
        const { data, metadata, execution_count } = content as DisplayContent & { execution_count: number };
        outputs.push({ output_type: "execute_result", execution_count, data, metadata });
        return;
      }
      case "error": {
        const { ename, evalue, traceback } = content as { ename: string; evalue: string; traceback: string[] };
        outputs.push({ output_type: "error", ename, evalue, traceback });
      }
    }
  }

  private addText(outputs: NotebookOutput[], { name, text }: { name: "stdout" | "stderr"; text: string }): void {
    const last = outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) outputs[outputs.length - 1] = { ...last, text: last.text + text };
    else outputs.push({ output_type: "stream", name, text });
  }

  private addDisplay(outputs: NotebookOutput[], { data, metadata, transient }: DisplayContent): void {
    const id = transient?.display_id;
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), { outputs, index: outputs.length }]);
    outputs.push({ output_type: "display_data", data, metadata });
  }

  private updateDisplay({ data, metadata, transient }: DisplayContent): void {
    for (const { outputs, index } of this.displays.get(transient?.display_id ?? "") ?? []) outputs[index] = { output_type: "display_data", data, metadata };
  }
}
