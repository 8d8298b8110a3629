"""Spanish labels of the values that loans have."""

from collections.abc import Mapping
from types import MappingProxyType

from app.suites.credito.prestamos.rules.cuotas import EstadoCuota, TipoCargo
from app.suites.credito.prestamos.rules.estados import EstadoPrestamo
from app.suites.credito.prestamos.rules.pagos import EstadoPago, MetodoPago, OrigenPago, Pagador
from app.suites.credito.prestamos.rules.propuestas import EstadoPropuesta, TipoPropuesta
from app.suites.credito.prestamos.rules.reestructura import TipoReestructura
from app.suites.credito.prestamos.rules.renovacion import MedioEntrega

ETIQUETAS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "estado_prestamo": {
            EstadoPrestamo.SOLICITUD: "Solicitud",
            EstadoPrestamo.APROBADO: "Aprobado",
            EstadoPrestamo.RECHAZADO: "Rechazado",
            EstadoPrestamo.CANCELADO: "Cancelado",
            EstadoPrestamo.DESEMBOLSADO: "Desembolsado",
            EstadoPrestamo.ACTIVO: "Activo",
            EstadoPrestamo.ATRASADO: "Atrasado",
            EstadoPrestamo.LIQUIDADO: "Liquidado",
            EstadoPrestamo.RENOVADO: "Renovado",
            EstadoPrestamo.CASTIGADO: "Castigado",
        },
        "estado_cuota": {
            EstadoCuota.PENDIENTE: "Pendiente",
            EstadoCuota.PARCIAL: "Parcial",
            EstadoCuota.PAGADA: "Pagada",
            EstadoCuota.VENCIDA: "Vencida",
            EstadoCuota.CONDONADA: "Condonada",
        },
        "tipo_propuesta": {TipoPropuesta.CASTIGO: "Castigo", TipoPropuesta.REESTRUCTURA: "Reestructura"},
        "estado_propuesta": {
            EstadoPropuesta.PENDIENTE: "Pendiente",
            EstadoPropuesta.APLICADA: "Aplicada",
            EstadoPropuesta.REEMPLAZADA: "Reemplazada",
            EstadoPropuesta.DESHECHA: "Deshecha",
        },
        "tipo_reestructura": {
            TipoReestructura.PRORROGA: "Prórroga",
            TipoReestructura.RECALENDARIZAR: "Nuevo calendario",
            TipoReestructura.QUITA: "Quita",
        },
        "tipo_cargo": {TipoCargo.MORA: "Mora", TipoCargo.PENA: "Pena por falta", TipoCargo.GASTO: "Gasto"},
        "medio_entrega": {MedioEntrega.EFECTIVO: "Efectivo", MedioEntrega.TRANSFERENCIA: "Transferencia"},
        "metodo_pago": {
            MetodoPago.EFECTIVO: "Efectivo",
            MetodoPago.TRANSFERENCIA: "Transferencia",
            MetodoPago.DEPOSITO: "Depósito",
            MetodoPago.RENOVACION: "Renovación",
            MetodoPago.SEGURO: "Seguro",
        },
        "origen_pago": {
            OrigenPago.CAMPO: "Campo",
            OrigenPago.CAJA: "Caja",
            OrigenPago.BANCO: "Banco",
            OrigenPago.SISTEMA: "Sistema",
        },
        "pagador": {
            Pagador.TITULAR: "Titular",
            Pagador.AVAL: "Aval",
            Pagador.GRUPO: "Grupo",
            Pagador.TERCERO: "Tercero",
        },
        "estado_pago": {
            EstadoPago.VALIDO: "Válido",
            EstadoPago.POR_REVISAR: "Por revisar",
            EstadoPago.REVERSADO: "Reversado",
        },
    }
)
"""Labels of each list of values, by the name of the list."""
