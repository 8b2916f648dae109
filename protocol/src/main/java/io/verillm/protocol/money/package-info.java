/** Money: parameters, the double-entry ledger, peer prediction and the bound that sets w. */
@NullMarked
package io.verillm.protocol.money;

import org.jspecify.annotations.NullMarked;
