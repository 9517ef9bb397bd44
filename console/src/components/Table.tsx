import type { ReactNode } from "react";

/** The title of a column; `end` is of one with numbers. */
type Head = string | { readonly end: string };

/** A table whose rows become cards on a phone. */
export function Table({ heads, children }: { heads: readonly Head[]; children: ReactNode }) {
  return (
    <div className="table-wrap">
      <table className="table cards">
        <thead>
          <tr>
            {heads.map((head) =>
              typeof head === "string" ? (
                <th key={head} scope="col">
                  {head}
                </th>
              ) : (
                <th key={head.end} scope="col" className="end">
                  {head.end}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
