/** The heads of a table whose columns after the first are numbers. */
export function NumberHeads({ first, numbers }: { first: string; numbers: readonly string[] }) {
  return (
    <thead>
      <tr>
        <th scope="col">{first}</th>
        {numbers.map((name) => (
          <th scope="col" className="end" key={name}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
