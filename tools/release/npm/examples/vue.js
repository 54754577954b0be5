/** A field for a digit in Vue 3. */

import { defineComponent, h, onMounted, ref } from "vue";
import { defineDigitPad } from "nnweb-digit-pad";

export const Order = defineComponent(() => {
  const floor = ref("");
  const onChange = ({ target }) => (floor.value = target.value);
  onMounted(() => defineDigitPad("/nnweb/"));
  return () =>
    h("form", [
      h("label", ["Floor ", h("digit-pad", { name: "floor", required: true, onChange })]),
      h("output", floor.value),
    ]);
});
