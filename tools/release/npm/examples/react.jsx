/** A field for a digit in React 19. */

import { useEffect, useState } from "react";
import { defineDigitPad } from "nnweb-digit-pad";

export function Order() {
  const [floor, setFloor] = useState("");
  useEffect(() => {
    defineDigitPad("/nnweb/");
  }, []);
  return (
    <form>
      <label>
        Floor
        <digit-pad name="floor" required onchange={(event) => setFloor(event.target.value)} />
      </label>
      <output>{floor}</output>
    </form>
  );
}
