package dev.passgate.listener;

/**
 * What connections tell of clients' certificates.
 *
 * @param areAsked whether a listener asks for them; otherwise no request ever has one
 */
public record ClientCertificates(boolean areAsked) {}
