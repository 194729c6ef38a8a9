package dev.passgate.gate;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may stand in {@code Authorization: Basic} beside passwords.
 *
 * @param tokens whether a token may stand in the place of the password, for tools that have no
 *     field for one; the user beside it is empty or the token's
 */
@ConfigurationProperties("passgate.authentication.basic")
record BasicProperties(@DefaultValue("false") boolean tokens) {}
